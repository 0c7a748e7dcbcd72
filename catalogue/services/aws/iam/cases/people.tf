resource "aws_iam_user" "person" {
  name                 = "ada"
  permissions_boundary = "arn:aws:iam::111122223333:policy/boundary"
}

resource "aws_iam_user_login_profile" "person" {
  user    = aws_iam_user.person.name
  pgp_key = "keybase:ada"
}

resource "aws_iam_user_group_membership" "person" {
  user   = aws_iam_user.person.name
  groups = [aws_iam_group.developers.name]
}

resource "aws_iam_user" "direct" {
  name = "deploy"
}

resource "aws_iam_user_policy" "direct" {
  name = "everything"
  user = aws_iam_user.direct.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

resource "aws_iam_user_policy_attachment" "direct" {
  user       = "deploy"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_user_login_profile" "direct" {
  user = aws_iam_user.direct.name
}

resource "aws_iam_user" "exclusive" {
  name = "ci"
}

resource "aws_iam_user_policy_attachments_exclusive" "exclusive" {
  user_name   = aws_iam_user.exclusive.name
  policy_arns = ["arn:aws:iam::aws:policy/AWSCloudShellFullAccess"]
}

resource "aws_iam_access_key" "clear" {
  user = aws_iam_user.direct.name
}

resource "aws_iam_access_key" "sealed" {
  user    = aws_iam_user.direct.name
  status  = "Inactive"
  pgp_key = "keybase:ada"
}

resource "aws_iam_service_specific_credential" "git" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.direct.name
}

resource "aws_iam_service_specific_credential" "retired" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.direct.name
  status       = "Inactive"
}

resource "aws_iam_group" "developers" {
  name = "developers"
}

resource "aws_iam_group_policy" "developers" {
  group = aws_iam_group.developers.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}

resource "aws_iam_group_policy_attachment" "developers" {
  group      = aws_iam_group.developers.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_group" "auditors" {
  name = "auditors"
}

resource "aws_iam_group_policy_attachments_exclusive" "auditors" {
  group_name  = aws_iam_group.auditors.name
  policy_arns = ["arn:aws:iam::aws:policy/SecurityAudit"]
}

resource "aws_iam_group_membership" "auditors" {
  name  = "auditors"
  group = aws_iam_group.auditors.name
  users = [aws_iam_user.person.name]
}
