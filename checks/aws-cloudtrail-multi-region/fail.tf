resource "aws_cloudtrail" "other" {
  name           = "one-region"
  s3_bucket_name = "acme-trails"
}
