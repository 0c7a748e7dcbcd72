resource "aws_s3_bucket" "other_audit" {
  bucket              = "acme-audit"
  object_lock_enabled = true
}

resource "aws_s3_bucket_object_lock_configuration" "other_audit" {
  bucket = aws_s3_bucket.other_audit.id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 400
    }
  }
}

resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = aws_s3_bucket.other_audit.id
}
