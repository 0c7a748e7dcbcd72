resource "awscc_s3_bucket" "good" {
  bucket_name = "records"
  bucket_encryption = {
    server_side_encryption_configuration = [{
      server_side_encryption_by_default = { sse_algorithm = "aws:kms", kms_master_key_id = "arn:aws:kms:eu-west-1:111122223333:key/k" }
    }]
  }
  public_access_block_configuration = {
    block_public_acls = true, block_public_policy = true, ignore_public_acls = true, restrict_public_buckets = true
  }
  versioning_configuration = { status = "Enabled" }
  tags                     = [{ key = "env", value = "prod" }]
}

resource "awscc_s3_bucket" "bad" {
  access_control = "PublicRead"
}

resource "awscc_s3_bucket_policy" "bad" {
  bucket = awscc_s3_bucket.bad.bucket_name
  policy_document = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }]
  })
}
