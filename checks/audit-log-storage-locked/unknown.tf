# The bucket belongs to another account.
resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = "acme-central-audit"
}
