variable "days" {
  type = number
}

resource "aws_kms_key" "data" {
  description             = "customer data"
  deletion_window_in_days = var.days
}

resource "aws_kms_external_key" "imported" {
  description             = "brought along"
  deletion_window_in_days = var.days
}
