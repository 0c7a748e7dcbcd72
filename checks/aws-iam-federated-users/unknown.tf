variable "console" {
  type = bool
}

resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_user_login_profile" "alice" {
  count = var.console ? 1 : 0
  user  = aws_iam_user.alice.name
}
