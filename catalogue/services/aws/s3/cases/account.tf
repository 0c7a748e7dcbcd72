resource "aws_s3_account_public_access_block" "account" {
  ignore_public_acls      = true
  restrict_public_buckets = true
}
