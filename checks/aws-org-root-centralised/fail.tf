resource "aws_iam_organizations_features" "root" {
  enabled_features = ["RootSessions"]
}
