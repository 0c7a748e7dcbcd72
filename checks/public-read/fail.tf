resource "aws_s3_account_public_access_block" "other" {
  block_public_acls       = false
  ignore_public_acls      = false
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket" "by_policy" {
  bucket = "acme-by-policy"
}

resource "aws_s3_bucket_public_access_block" "by_policy" {
  bucket                  = aws_s3_bucket.by_policy.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket_policy" "by_policy" {
  bucket = aws_s3_bucket.by_policy.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = ["s3:GetObject"]
      Resource  = "${aws_s3_bucket.by_policy.arn}/*"
    }]
  })
}

resource "aws_s3_bucket" "by_acl" {
  bucket = "acme-by-acl"
}

resource "aws_s3_bucket_ownership_controls" "by_acl" {
  bucket = aws_s3_bucket.by_acl.id
  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_public_access_block" "by_acl" {
  bucket                  = aws_s3_bucket.by_acl.id
  block_public_acls       = false
  ignore_public_acls      = false
  block_public_policy     = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_acl" "by_acl" {
  bucket = aws_s3_bucket.by_acl.id
  acl    = "public-read"
}
