resource "aws_iam_account_password_policy" "strict" {
  require_lowercase_characters = true
  require_uppercase_characters = true
  require_numbers              = true
  require_symbols              = true
}

resource "aws_cognito_user_pool" "staff" {
  name = "staff"
  password_policy {
    minimum_length    = 14
    require_lowercase = true
    require_uppercase = true
    require_numbers   = true
    require_symbols   = true
  }
}

# Without a policy of its own a pool asks for all four.
resource "aws_cognito_user_pool" "default" {
  name = "default"
}
