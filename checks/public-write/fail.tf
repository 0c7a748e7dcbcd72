resource "aws_s3_account_public_access_block" "other" {
  block_public_acls       = false
  ignore_public_acls      = false
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket" "drop" {
  bucket = "acme-drop"
}

resource "aws_s3_bucket_public_access_block" "drop" {
  bucket                  = aws_s3_bucket.drop.id
  block_public_acls       = false
  ignore_public_acls      = false
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket_policy" "drop" {
  bucket = aws_s3_bucket.drop.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:PutObject", "s3:DeleteObject"]
      Resource  = "${aws_s3_bucket.drop.arn}/*"
    }]
  })
}

resource "aws_s3_bucket" "by_acl" {
  bucket = "acme-by-acl"
}

resource "aws_s3_bucket_ownership_controls" "by_acl" {
  bucket = aws_s3_bucket.by_acl.id
  rule {
    object_ownership = "ObjectWriter"
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
  acl    = "public-read-write"
}
