variable "status" {
  type = string
}

resource "aws_s3_bucket" "uploads" {
  bucket = "acme-uploads"
}

resource "aws_s3_bucket_lifecycle_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  rule {
    id     = "incomplete-uploads"
    status = var.status
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}
