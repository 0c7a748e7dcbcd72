resource "aws_kms_key" "data" {
  description         = "customer data"
  enable_key_rotation = true
}

resource "aws_kms_external_key" "imported" {
  description             = "brought along"
  deletion_window_in_days = 30
}

resource "aws_acmpca_certificate_authority" "internal" {
  permanent_deletion_time_in_days = 14
  certificate_authority_configuration {
    key_algorithm     = "RSA_4096"
    signing_algorithm = "SHA512WITHRSA"
    subject {
      common_name = "acme.example"
    }
  }
}
