resource "aws_cloudwatch_log_group" "good" {
  name                        = "/app/audit"
  retention_in_days           = 365
  kms_key_id                  = aws_kms_key.logs.arn
  deletion_protection_enabled = true
}

resource "aws_kms_key" "logs" {
}

resource "aws_cloudwatch_log_metric_filter" "root" {
  name           = "root-use"
  pattern        = "{ $.userIdentity.type = \"Root\" }"
  log_group_name = aws_cloudwatch_log_group.good.name

  metric_transformation {
    name      = "RootUse"
    namespace = "CIS"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_subscription_filter" "siem" {
  name            = "siem"
  log_group_name  = aws_cloudwatch_log_group.good.name
  filter_pattern  = ""
  destination_arn = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/siem"
}

resource "aws_cloudwatch_log_data_protection_policy" "mask" {
  log_group_name  = aws_cloudwatch_log_group.good.name
  policy_document = "{}"
}

resource "aws_cloudwatch_log_group" "plain" {
  name = "/app/plain"
}

resource "aws_cloudwatch_log_resource_policy" "dns" {
  policy_name     = "dns"
  policy_document = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_cloudwatch_log_destination" "central" {
  name       = "central"
  role_arn   = "arn:aws:iam::111122223333:role/logs"
  target_arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/logs"
}

resource "aws_cloudwatch_log_destination_policy" "central" {
  destination_name = aws_cloudwatch_log_destination.central.name
  access_policy    = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_cloudwatch_log_delivery_destination" "bucket" {
  name = "bucket"

  delivery_destination_configuration {
    destination_resource_arn = "arn:aws:s3:::logs"
  }
}

resource "aws_cloudwatch_log_delivery_destination_policy" "bucket" {
  delivery_destination_name   = aws_cloudwatch_log_delivery_destination.bucket.name
  delivery_destination_policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_cloudwatch_log_anomaly_detector" "on" {
  enabled            = true
  log_group_arn_list = [aws_cloudwatch_log_group.good.arn]
  kms_key_id         = aws_kms_key.logs.arn
}

resource "aws_cloudwatch_log_anomaly_detector" "off" {
  enabled            = false
  log_group_arn_list = [aws_cloudwatch_log_group.plain.arn]
}
