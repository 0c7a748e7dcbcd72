resource "aws_kms_key" "data" {
  description         = "customer data"
  enable_key_rotation = true
}

resource "aws_kms_key" "payments" {
  description             = "payments"
  enable_key_rotation     = true
  rotation_period_in_days = 90
}
