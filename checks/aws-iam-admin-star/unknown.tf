variable "statements" {
  type = list(any)
}

variable "policy_arn" {
  type = string
}

resource "aws_iam_policy" "given" {
  name   = "given"
  policy = jsonencode({ Version = "2012-10-17", Statement = var.statements })
}

resource "aws_iam_user" "exporter" {
  name = "exporter"
}

resource "aws_iam_user_policy_attachment" "exporter" {
  user       = aws_iam_user.exporter.name
  policy_arn = var.policy_arn
}
