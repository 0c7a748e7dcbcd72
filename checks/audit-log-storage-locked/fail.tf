resource "aws_s3_bucket" "other_audit" {
  bucket = "acme-audit"
}

resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = aws_s3_bucket.other_audit.id
}
