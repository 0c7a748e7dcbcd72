resource "aws_xray_encryption_config" "own" {
  type   = "KMS"
  key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_xray_encryption_config" "none" {
  type = "NONE"
}

resource "aws_xray_resource_policy" "sns" {
  policy_name     = "sns"
  policy_document = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}
