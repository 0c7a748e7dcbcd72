# Everything inside the bucket, as provider 3 had it.
resource "aws_s3_bucket" "inline" {
  bucket = "acme-inline"
  acl    = "private"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::acme-inline/*" }]
  })

  versioning {
    enabled    = true
    mfa_delete = true
  }

  logging {
    target_bucket = "acme-logs"
  }

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm     = "aws:kms"
        kms_master_key_id = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
      }
    }
  }

  lifecycle_rule {
    enabled                                = true
    abort_incomplete_multipart_upload_days = 3
  }

  object_lock_configuration {
    object_lock_enabled = "Enabled"
  }

  replication_configuration {
    role = "arn:aws:iam::111122223333:role/replicate"
    rules {
      status = "Enabled"
      destination {
        bucket = "arn:aws:s3:::acme-inline-copy"
      }
    }
  }
}

resource "aws_s3_bucket" "inline_open" {
  bucket = "acme-inline-open"
  acl    = "public-read-write"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "AES256"
      }
    }
  }

  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
  }
}

resource "aws_s3_bucket" "granted" {
  bucket = "acme-granted"
  grant {
    type        = "Group"
    uri         = "http://acs.amazonaws.com/groups/global/AllUsers"
    permissions = ["READ"]
  }
}
