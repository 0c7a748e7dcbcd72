resource "aws_kms_key" "data" {
  description = "customer data"
}

resource "aws_kms_key" "logs" {
  description         = "logs"
  enable_key_rotation = false
}
