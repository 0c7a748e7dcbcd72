resource "aws_cloudtrail" "other" {
  name                  = "account"
  s3_bucket_name        = "acme-trails"
  is_multi_region_trail = true
  event_selector {
    read_write_type = "WriteOnly"
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
}
