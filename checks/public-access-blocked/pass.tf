resource "aws_s3_bucket" "data" {
  bucket = "acme-data"
}

resource "aws_s3_bucket_public_access_block" "data" {
  bucket                  = aws_s3_bucket.data.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}

resource "aws_s3_access_point" "analysts" {
  bucket = aws_s3_bucket.data.id
  name   = "analysts"
}

resource "aws_s3_directory_bucket" "scratch" {
  bucket = "acme-scratch--euc1-az1--x-s3"
  location {
    name = "euc1-az1"
  }
}
