# One trail for the whole organisation, into a bucket nobody can rewrite.

resource "aws_kms_key" "trail" {
  description             = "Audit trail"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.trail_key.json
}

resource "aws_kms_alias" "trail" {
  name          = "alias/audit-trail"
  target_key_id = aws_kms_key.trail.id
}

data "aws_iam_policy_document" "trail_key" {
  statement {
    sid       = "Administer"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }

  statement {
    sid       = "Encrypt"
    actions   = ["kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["111122223333"]
    }
  }
}

data "aws_iam_policy_document" "trail_bucket" {
  statement {
    sid       = "Deliver"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::fernhill-audit-trail/AWSLogs/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = ["arn:aws:cloudtrail:eu-central-1:111122223333:trail/fernhill"]
    }
  }
}

module "trail_bucket" {
  source = "../../../modules/bucket"

  name        = "fernhill-audit-trail"
  key_arn     = aws_kms_key.trail.arn
  expire_days = 2555
  policy      = data.aws_iam_policy_document.trail_bucket.json
  log_bucket  = module.access_log_bucket.id
  tags        = { classification = "confidential" }
}

resource "aws_s3_bucket_object_lock_configuration" "trail" {
  bucket = module.trail_bucket.id

  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 365
    }
  }
}

module "access_log_bucket" {
  source = "../../../modules/bucket"

  name        = "fernhill-access-logs"
  expire_days = 400
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = "/audit/trail"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.trail.arn
}

data "aws_iam_policy_document" "trail_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["111122223333"]
    }
  }
}

resource "aws_iam_role" "trail" {
  name               = "trail-to-logs"
  assume_role_policy = data.aws_iam_policy_document.trail_trust.json
}

resource "aws_iam_role_policy" "trail" {
  role = aws_iam_role.trail.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.trail.arn}:*"
    }]
  })
}

resource "aws_cloudtrail" "organisation" {
  name                          = "fernhill"
  s3_bucket_name                = module.trail_bucket.id
  kms_key_id                    = aws_kms_key.trail.arn
  is_multi_region_trail         = true
  is_organization_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail.arn

  event_selector {
    read_write_type           = "All"
    include_management_events = true

    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
}
