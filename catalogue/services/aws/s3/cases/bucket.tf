# Everything in separate resources, as provider 4 and later want it.
resource "aws_s3_bucket" "good" {
  bucket              = "acme-records"
  object_lock_enabled = true
}

resource "aws_s3_bucket_public_access_block" "good" {
  bucket                  = aws_s3_bucket.good.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "good" {
  bucket = aws_s3_bucket.good.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "good" {
  bucket = aws_s3_bucket.good.id
  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Enabled"
  }
}

resource "aws_kms_key" "good" {}

resource "aws_s3_bucket_server_side_encryption_configuration" "good" {
  bucket = aws_s3_bucket.good.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.good.arn
    }
  }
}

resource "aws_s3_bucket_logging" "good" {
  bucket        = aws_s3_bucket.good.id
  target_bucket = "acme-logs"
  target_prefix = "records/"
}

resource "aws_s3_bucket_lifecycle_configuration" "good" {
  bucket = aws_s3_bucket.good.id
  rule {
    id     = "tidy"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_object_lock_configuration" "good" {
  bucket = aws_s3_bucket.good.id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 30
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "good" {
  bucket = aws_s3_bucket.good.id
  role   = "arn:aws:iam::111122223333:role/replicate"
  rule {
    status = "Enabled"
    destination {
      bucket = "arn:aws:s3:::acme-records-copy"
    }
  }
}

resource "aws_s3_bucket_policy" "good" {
  bucket = aws_s3_bucket.good.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = "${aws_s3_bucket.good.arn}/*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket_metric" "good" {
  bucket = aws_s3_bucket.good.id
  name   = "all"
}

resource "aws_s3_bucket_notification" "good" {
  bucket = aws_s3_bucket.good.id
  queue {
    queue_arn = "arn:aws:sqs:eu-central-1:111122223333:records"
    events    = ["s3:ObjectCreated:*"]
  }
}

resource "aws_s3_bucket_inventory" "good" {
  bucket                   = aws_s3_bucket.good.id
  name                     = "weekly"
  included_object_versions = "All"
  schedule {
    frequency = "Weekly"
  }
  destination {
    bucket {
      format     = "CSV"
      bucket_arn = "arn:aws:s3:::acme-inventory"
    }
  }
}

# Nothing but the bucket.
resource "aws_s3_bucket" "bare" {
  bucket = "acme-bare"
}

# Open to everybody.
resource "aws_s3_bucket" "open" {
  bucket = "acme-open"
}

resource "aws_s3_bucket_public_access_block" "open" {
  bucket = aws_s3_bucket.open.id
}

resource "aws_s3_bucket_ownership_controls" "open" {
  bucket = aws_s3_bucket.open.id
  rule {
    object_ownership = "ObjectWriter"
  }
}

resource "aws_s3_bucket_acl" "open" {
  bucket = aws_s3_bucket.open.id
  access_control_policy {
    owner {
      id = "abc"
    }
    grant {
      permission = "FULL_CONTROL"
      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/global/AllUsers"
      }
    }
  }
}

resource "aws_s3_bucket_versioning" "open" {
  bucket = aws_s3_bucket.open.id
  versioning_configuration {
    status = "Suspended"
  }
}

resource "aws_s3_bucket_cors_configuration" "open" {
  bucket = aws_s3_bucket.open.id
  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
  }
}

resource "aws_s3_object" "open" {
  bucket  = aws_s3_bucket.open.id
  key     = "deploy.env"
  content = "AWS_ACCESS_KEY_ID=AKIAQ3EGRZWLWSVTJ4X7\n"
}

# A bucket that is private by itself, with objects that are not.
resource "aws_s3_bucket" "objects" {
  bucket = "acme-objects"
}

resource "aws_s3_bucket_object" "public" {
  bucket = aws_s3_bucket.objects.bucket
  key    = "logo.png"
  acl    = "public-read-write"
  source = "logo.png"
}

resource "aws_s3_object_copy" "copy" {
  bucket = aws_s3_bucket.objects.bucket
  key    = "copy.png"
  source = "acme-objects/logo.png"
}

variable "acl" {
  type = string
}

resource "aws_s3_bucket" "asked" {
  bucket = "acme-asked"
}

resource "aws_s3_bucket_acl" "asked" {
  bucket = aws_s3_bucket.asked.id
  acl    = var.acl
}
