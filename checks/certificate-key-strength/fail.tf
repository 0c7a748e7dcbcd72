resource "aws_acm_certificate" "site" {
  domain_name       = "acme.example"
  validation_method = "DNS"
  key_algorithm     = "RSA_1024"
}
