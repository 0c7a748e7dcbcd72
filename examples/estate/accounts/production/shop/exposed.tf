# Pictures for the newsletter are public; the subscribers' addresses are in the
# same bucket.

resource "aws_s3_bucket_ownership_controls" "newsletter" {
  bucket = aws_s3_bucket.newsletter.id

  rule {
    object_ownership = "ObjectWriter"
  }
}

resource "aws_s3_bucket_acl" "newsletter" {
  bucket = aws_s3_bucket.newsletter.id
  acl    = "public-read"
}

resource "aws_s3_bucket_public_access_block" "newsletter" {
  bucket = aws_s3_bucket.newsletter.id

  block_public_acls       = false
  ignore_public_acls      = false
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket_policy" "newsletter" {
  bucket = aws_s3_bucket.newsletter.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:GetObject", "s3:ListBucket"]
      Resource  = [aws_s3_bucket.newsletter.arn, "${aws_s3_bucket.newsletter.arn}/*"]
    }]
  })
}
