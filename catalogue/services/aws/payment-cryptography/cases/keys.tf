resource "aws_paymentcryptography_key" "pin" {
  exportable = true

  key_attributes {
    key_algorithm = "TDES_3KEY"
    key_class     = "SYMMETRIC_KEY"
    key_usage     = "TR31_P0_PIN_ENCRYPTION_KEY"
  }
}

resource "aws_paymentcryptography_key_alias" "pin" {
  alias_name = "alias/pin"
  key_arn    = aws_paymentcryptography_key.pin.arn
}

resource "aws_paymentcryptography_key" "off" {
  exportable              = false
  enabled                 = false
  deletion_window_in_days = 7

  key_attributes {
    key_algorithm = "TDES_3KEY"
    key_class     = "SYMMETRIC_KEY"
    key_usage     = "TR31_C0_CARD_VERIFICATION_KEY"
  }
}
