resource "aws_cloudtrail" "account" {
  name                       = "account"
  s3_bucket_name             = "acme-trails"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.other.arn}:*"
  cloud_watch_logs_role_arn  = "arn:aws:iam::123456789012:role/trail-to-logs"
}

resource "aws_cloudwatch_log_group" "other" {
  name = "trail"
}
