variable "key" {
  type      = string
  sensitive = true
  nullable  = false
}

variable "method" {
  type = string
}

resource "aws_acm_certificate" "issued" {
  domain_name       = "example.com"
  validation_method = "DNS"
}

resource "aws_acm_certificate_validation" "issued" {
  certificate_arn = aws_acm_certificate.issued.arn
}

resource "aws_acm_certificate" "by_mail" {
  domain_name       = "example.org"
  validation_method = "EMAIL"
  key_algorithm     = "RSA_1024"

  options {
    certificate_transparency_logging_preference = "DISABLED"
  }
}

resource "aws_acm_certificate" "imported" {
  private_key      = var.key
  certificate_body = file("body.pem")
}

resource "aws_acm_certificate" "private" {
  domain_name               = "internal.example.com"
  certificate_authority_arn = "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1"
}

resource "aws_acm_certificate" "open" {
  domain_name       = "example.net"
  validation_method = var.method
}
