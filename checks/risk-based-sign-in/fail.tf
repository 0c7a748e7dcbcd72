resource "aws_cognito_user_pool" "default" {
  name = "default"
}

resource "aws_cognito_user_pool" "audit" {
  name           = "audit"
  user_pool_tier = "PLUS"
  user_pool_add_ons {
    advanced_security_mode = "AUDIT"
  }
}
