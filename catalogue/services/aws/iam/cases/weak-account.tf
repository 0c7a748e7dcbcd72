resource "aws_iam_account_password_policy" "weak" {
  require_numbers = true
}

resource "aws_iam_organizations_features" "sessions" {
  enabled_features = ["RootSessions"]
}
