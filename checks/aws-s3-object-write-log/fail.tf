resource "aws_cloudtrail" "other" {
  name                  = "account"
  s3_bucket_name        = "acme-trails"
  is_multi_region_trail = true
}
