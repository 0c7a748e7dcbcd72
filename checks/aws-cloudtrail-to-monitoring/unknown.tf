variable "log_group" {
  type = string
}

resource "aws_cloudtrail" "account" {
  name                       = "account"
  s3_bucket_name             = "acme-trails"
  cloud_watch_logs_group_arn = var.log_group
}
