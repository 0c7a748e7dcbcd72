resource "aws_cloudtrail" "all" {
  name                       = "all"
  s3_bucket_name             = "acme-trail"
  enable_log_file_validation = true
}
