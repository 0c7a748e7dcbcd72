variable "length" {
  type = number
}

resource "aws_iam_account_password_policy" "given" {
  minimum_password_length = var.length
}

resource "aws_cognito_user_pool" "given" {
  name = "given"
  password_policy {
    minimum_length = var.length
  }
}
