resource "aws_codecommit_repository" "good" {
  repository_name = "app"
  kms_key_id      = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_codecommit_approval_rule_template_association" "good" {
  approval_rule_template_name = "two"
  repository_name             = aws_codecommit_repository.good.repository_name
}

resource "aws_codecommit_repository" "plain" {
  repository_name = "plain"
}
