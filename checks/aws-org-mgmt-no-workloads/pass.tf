resource "aws_organizations_organization" "other" {
  feature_set = "ALL"
}

resource "aws_cloudwatch_log_group" "other" {
  name = "/organisation"
}
