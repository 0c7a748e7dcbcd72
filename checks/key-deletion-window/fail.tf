resource "aws_kms_key" "data" {
  description             = "customer data"
  deletion_window_in_days = 7
}

resource "aws_kms_replica_key" "data" {
  primary_key_arn         = "arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"
  deletion_window_in_days = 7
}

resource "aws_acmpca_certificate_authority" "internal" {
  permanent_deletion_time_in_days = 7
  certificate_authority_configuration {
    key_algorithm     = "RSA_4096"
    signing_algorithm = "SHA512WITHRSA"
    subject {
      common_name = "acme.example"
    }
  }
}
