# The filter counts, but no alarm watches its metric.
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

resource "aws_cloudwatch_log_metric_filter" "failed_signins" {
  name           = "failed_signins"
  log_group_name = aws_cloudwatch_log_group.other.name
  pattern        = "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed authentication\") }"
  metric_transformation {
    name      = "FailedSignins"
    namespace = "Security"
    value     = "1"
  }
}
