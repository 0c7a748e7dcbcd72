variable "mode" {
  type = string
}

resource "aws_cognito_user_pool" "given" {
  name = "given"
  user_pool_add_ons {
    advanced_security_mode = var.mode
  }
}
