variable "closed" {
  type = bool
}

resource "aws_cognito_user_pool" "given" {
  name = "given"
  admin_create_user_config {
    allow_admin_create_user_only = var.closed
  }
}
