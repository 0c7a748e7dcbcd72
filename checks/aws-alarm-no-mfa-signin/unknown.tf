variable "pattern" {
  type = string
}

resource "aws_cloudtrail" "other" {
  name                       = "account"
  s3_bucket_name             = "acme-trails"
  is_multi_region_trail      = true
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.other.arn}:*"
  cloud_watch_logs_role_arn  = "arn:aws:iam::123456789012:role/trail-to-logs"
}

resource "aws_cloudwatch_log_group" "other" {
  name              = "trail"
  retention_in_days = 365
}

resource "aws_cloudwatch_log_metric_filter" "signin_without_mfa" {
  name           = "signin_without_mfa"
  log_group_name = aws_cloudwatch_log_group.other.name
  pattern        = var.pattern
  metric_transformation {
    name      = "SigninWithoutMfa"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "other" {
  alarm_name          = "signin_without_mfa"
  namespace           = "Security"
  metric_name         = "SigninWithoutMfa"
  statistic           = "Sum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  period              = 300
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.other.arn]
}

resource "aws_sns_topic" "other" {
  name = "security"
}

resource "aws_sns_topic_subscription" "other" {
  topic_arn = aws_sns_topic.other.arn
  protocol  = "email"
  endpoint  = "security@example.com"
}
