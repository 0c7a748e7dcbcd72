variable "in_use" {
  type = bool
}

resource "aws_kms_key" "data" {
  description = "customer data"
  is_enabled  = var.in_use
}
