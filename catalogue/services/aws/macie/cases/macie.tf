resource "aws_macie2_account" "on" {
}

resource "aws_macie2_account" "paused" {
  status = "PAUSED"
}

resource "aws_macie2_organization_configuration" "on" {
  auto_enable = true
}

resource "aws_macie2_organization_configuration" "off" {
  auto_enable = false
}

resource "aws_macie2_classification_job" "weekly" {
  job_type = "SCHEDULED"
  s3_job_definition {
    bucket_definitions {
      account_id = "111122223333"
      buckets    = ["customer-data"]
    }
  }
}

resource "aws_macie2_classification_job" "paused" {
  job_type   = "SCHEDULED"
  job_status = "USER_PAUSED"
  s3_job_definition {
    bucket_definitions {
      account_id = "111122223333"
      buckets    = ["customer-data"]
    }
  }
}

resource "aws_macie2_classification_export_configuration" "own" {
  s3_destination {
    bucket_name = "macie-results"
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_macie2_classification_export_configuration" "aws" {
  s3_destination {
    bucket_name = "macie-results"
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3"
  }
}

resource "aws_macie2_organization_admin_account" "security" {
  admin_account_id = "444455556666"
}
