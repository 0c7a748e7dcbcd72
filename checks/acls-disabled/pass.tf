resource "aws_s3_bucket" "data" {
  bucket = "acme-data"
}

resource "aws_s3_bucket_ownership_controls" "data" {
  bucket = aws_s3_bucket.data.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_directory_bucket" "scratch" {
  bucket = "acme-scratch--euc1-az1--x-s3"
  location {
    name = "euc1-az1"
  }
}
