resource "aws_iam_account_password_policy" "lax" {
  minimum_password_length = 14
}
