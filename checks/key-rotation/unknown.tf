variable "rotate" {
  type = bool
}

resource "aws_kms_key" "data" {
  description         = "customer data"
  enable_key_rotation = var.rotate
}
