resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length = 16
}

resource "aws_cognito_user_pool" "staff" {
  name = "staff"
  password_policy {
    minimum_length = 14
  }
}
