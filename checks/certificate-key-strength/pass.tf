resource "aws_acm_certificate" "site" {
  domain_name       = "acme.example"
  validation_method = "DNS"
}

resource "aws_acm_certificate" "api" {
  domain_name       = "api.acme.example"
  validation_method = "DNS"
  key_algorithm     = "EC_prime256v1"
}

resource "aws_acmpca_certificate_authority" "internal" {
  certificate_authority_configuration {
    key_algorithm     = "RSA_4096"
    signing_algorithm = "SHA256WITHRSA"
    subject {
      common_name = "acme.example"
    }
  }
}
