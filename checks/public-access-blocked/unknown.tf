variable "block" {
  type = bool
}

# No block in the sources: on for buckets made since April 2023, off for older ones.
resource "aws_s3_bucket" "data" {
  bucket = "acme-data"
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs"
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = var.block
  ignore_public_acls      = var.block
  block_public_policy     = var.block
  restrict_public_buckets = var.block
}
