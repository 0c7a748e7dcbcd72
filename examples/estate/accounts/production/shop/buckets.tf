locals {
  buckets = {
    logs     = { expire = 400, versioned = true, key = false }
    invoices = { expire = null, versioned = true, key = true }
    media    = { expire = null, versioned = false, key = false }
  }
}

module "buckets" {
  source   = "../../../modules/bucket"
  for_each = local.buckets

  name        = "fernhill-production-${each.key}"
  key_arn     = each.value.key ? aws_kms_key.shop.arn : null
  versioned   = each.value.versioned
  expire_days = each.value.expire
  log_bucket  = each.key == "logs" ? null : "fernhill-production-logs"
  policy      = each.key == "logs" ? data.aws_iam_policy_document.logs.json : null
  tags        = { classification = each.key == "media" ? "public" : "confidential" }
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::fernhill-production-logs/*"]

    principals {
      type        = "Service"
      identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com", "logging.s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["777788889999"]
    }
  }
}

# Made by hand years ago, brought under Terraform as it stood: the settings are
# in a file of their own, exposed.tf.
resource "aws_s3_bucket" "newsletter" {
  bucket = "fernhill-newsletter"
}
