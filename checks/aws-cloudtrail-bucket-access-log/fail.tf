resource "aws_cloudtrail" "account" {
  name           = "account"
  s3_bucket_name = aws_s3_bucket.other.id
}

resource "aws_s3_bucket" "other" {
  bucket = "acme-trails"
}
