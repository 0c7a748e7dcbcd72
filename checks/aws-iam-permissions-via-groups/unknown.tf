variable "policies" {
  type = list(string)
}

resource "aws_iam_user" "given" {
  name = "given"
}

resource "aws_iam_user_policy_attachments_exclusive" "given" {
  user_name   = aws_iam_user.given.name
  policy_arns = var.policies
}
