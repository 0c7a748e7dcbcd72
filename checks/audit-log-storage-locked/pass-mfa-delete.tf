resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = aws_s3_bucket.other_audit.id
}

resource "aws_s3_bucket" "other_audit" {
  bucket = "acme-audit"
}

resource "aws_s3_bucket_versioning" "other_audit" {
  bucket = aws_s3_bucket.other_audit.id
  mfa    = "arn:aws:iam::123456789012:mfa/root-account-mfa-device 123456"
  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Enabled"
  }
}
