resource "aws_cognito_user_pool" "shoppers" {
  name           = "shoppers"
  user_pool_tier = "PLUS"
  user_pool_add_ons {
    advanced_security_mode = "ENFORCED"
  }
}
