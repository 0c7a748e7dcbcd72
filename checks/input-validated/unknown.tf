variable "mode" {
  type = string
}

resource "aws_verifiedpermissions_policy_store" "app" {
  validation_settings {
    mode = var.mode
  }
}
