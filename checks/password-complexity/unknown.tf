variable "symbols" {
  type = bool
}

resource "aws_iam_account_password_policy" "given" {
  require_lowercase_characters = true
  require_uppercase_characters = true
  require_numbers              = true
  require_symbols              = var.symbols
}

resource "aws_cognito_user_pool" "given" {
  name = "given"
  password_policy {
    require_lowercase = true
    require_uppercase = true
    require_numbers   = true
    require_symbols   = var.symbols
  }
}
