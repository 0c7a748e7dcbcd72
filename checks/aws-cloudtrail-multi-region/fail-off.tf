resource "aws_cloudtrail" "other" {
  name                  = "switched-off"
  s3_bucket_name        = "acme-trails"
  is_multi_region_trail = true
  enable_logging        = false
}
