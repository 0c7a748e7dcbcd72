resource "aws_kms_key" "data" {
  description             = "customer data"
  enable_key_rotation     = true
  rotation_period_in_days = 180
}

# Asymmetric keys cannot rotate by themselves, so nobody asks it of them.
resource "aws_kms_key" "signing" {
  description              = "release signing"
  key_usage                = "SIGN_VERIFY"
  customer_master_key_spec = "ECC_NIST_P256"
}
