resource "aws_acm_certificate" "site" {
  domain_name       = "acme.example"
  validation_method = "DNS"
}

resource "aws_acm_certificate" "api" {
  domain_name       = "api.acme.example"
  validation_method = "DNS"
  options {
    certificate_transparency_logging_preference = "ENABLED"
  }
}
