resource "aws_s3_account_public_access_block" "other" {
  block_public_acls       = false
  ignore_public_acls      = false
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket" "data" {
  bucket = "acme-data"
}

resource "aws_s3_bucket_public_access_block" "data" {
  bucket              = aws_s3_bucket.data.id
  block_public_acls   = true
  block_public_policy = true
}

resource "aws_s3_access_point" "analysts" {
  bucket = aws_s3_bucket.data.id
  name   = "analysts"
  public_access_block_configuration {
    block_public_policy     = false
    restrict_public_buckets = false
  }
}
