variable "algorithm" {
  type = string
}

resource "aws_acm_certificate" "site" {
  domain_name       = "acme.example"
  validation_method = "DNS"
  key_algorithm     = var.algorithm
}

resource "aws_acmpca_certificate_authority" "internal" {
  certificate_authority_configuration {
    key_algorithm     = var.algorithm
    signing_algorithm = "SHA256WITHRSA"
    subject {
      common_name = "acme.example"
    }
  }
}
