resource "aws_cloudtrail" "account" {
  name           = "account"
  s3_bucket_name = aws_s3_bucket.other_trails.id
}

resource "aws_s3_bucket" "other_trails" {
  bucket = "acme-trails"
}

resource "aws_s3_bucket" "other_access" {
  bucket = "acme-trails-access"
}

resource "aws_s3_bucket_logging" "other_trails" {
  bucket        = aws_s3_bucket.other_trails.id
  target_bucket = aws_s3_bucket.other_access.id
  target_prefix = "trails/"
}
