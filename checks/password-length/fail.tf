resource "aws_iam_account_password_policy" "default" {
  require_numbers = true
}

resource "aws_cognito_user_pool" "shoppers" {
  name = "shoppers"
}

resource "aws_cognito_user_pool" "short" {
  name = "short"
  password_policy {
    minimum_length = 12
  }
}
