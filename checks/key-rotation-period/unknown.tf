variable "days" {
  type = number
}

resource "aws_kms_key" "data" {
  description             = "customer data"
  enable_key_rotation     = true
  rotation_period_in_days = var.days
}
