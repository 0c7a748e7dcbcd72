resource "aws_kms_key" "topics" {}

resource "aws_sns_topic" "good" {
  name                          = "alerts"
  kms_master_key_id             = aws_kms_key.topics.id
  http_failure_feedback_role_arn = "arn:aws:iam::111122223333:role/sns"
  tracing_config                = "Active"
}

resource "aws_sns_topic_subscription" "good" {
  topic_arn = aws_sns_topic.good.arn
  protocol  = "email"
  endpoint  = "security@example.com"
}

resource "aws_sns_topic_data_protection_policy" "good" {
  arn    = aws_sns_topic.good.arn
  policy = jsonencode({ Name = "__example", Version = "2021-06-01", Statement = [] })
}

resource "aws_sns_topic_policy" "good" {
  arn    = aws_sns_topic.good.arn
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "sns:Publish", Resource = "*" }] })
}

resource "aws_sns_topic" "bad" {
  name   = "open"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "sns:Publish", Resource = "*" }] })
}

resource "aws_sns_topic" "their_key" {
  name              = "their-key"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sns_platform_application" "apple" {
  name                      = "apple"
  platform                  = "APNS"
  platform_credential       = var.credential
  failure_feedback_role_arn = "arn:aws:iam::111122223333:role/sns"
}

resource "aws_sns_platform_application" "silent" {
  name                = "google"
  platform            = "GCM"
  platform_credential = var.credential
}

variable "credential" {
  type = string
}
