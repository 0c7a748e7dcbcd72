resource "aws_iam_user" "inline" {
  name = "inline"
}

resource "aws_iam_user_policy" "inline" {
  user = aws_iam_user.inline.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::reports/*" }]
  })
}

resource "aws_iam_user" "attached" {
  name = "attached"
}

resource "aws_iam_user_policy_attachment" "attached" {
  user       = aws_iam_user.attached.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
