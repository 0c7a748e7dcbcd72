variable "preference" {
  type = string
}

resource "aws_acm_certificate" "site" {
  domain_name       = "acme.example"
  validation_method = "DNS"
  options {
    certificate_transparency_logging_preference = var.preference
  }
}
