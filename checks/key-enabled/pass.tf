resource "aws_kms_key" "data" {
  description = "customer data"
}

resource "aws_kms_replica_key" "data" {
  primary_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"
  enabled         = true
}

resource "aws_paymentcryptography_key" "pin" {
  exportable = false
  key_attributes {
    key_algorithm = "TDES_3KEY"
    key_class     = "SYMMETRIC_KEY"
    key_usage     = "TR31_P0_PIN_ENCRYPTION_KEY"
  }
}
