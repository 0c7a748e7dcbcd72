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

resource "aws_cloudwatch_log_metric_filter" "acl_changes" {
  name           = "acl_changes"
  log_group_name = aws_cloudwatch_log_group.other.name
  pattern        = "{ ($.eventName = CreateNetworkAcl) || ($.eventName = CreateNetworkAclEntry) || ($.eventName = DeleteNetworkAcl) || ($.eventName = DeleteNetworkAclEntry) || ($.eventName = ReplaceNetworkAclEntry) || ($.eventName = ReplaceNetworkAclAssociation) }"
  metric_transformation {
    name      = "AclChanges"
    namespace = "Security"
    value     = "1"
  }
}
