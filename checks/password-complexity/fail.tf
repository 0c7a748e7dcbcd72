resource "aws_iam_account_password_policy" "length_only" {
  minimum_password_length = 20
  require_numbers         = true
}

resource "aws_cognito_user_pool" "digits" {
  name = "digits"
  password_policy {
    minimum_length    = 8
    require_lowercase = true
    require_numbers   = true
  }
}
