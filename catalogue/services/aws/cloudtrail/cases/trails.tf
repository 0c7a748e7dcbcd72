resource "aws_cloudtrail" "good" {
  name                       = "organisation"
  s3_bucket_name             = "trail-logs"
  kms_key_id                 = aws_kms_key.trail.arn
  enable_log_file_validation = true
  is_multi_region_trail      = true
  is_organization_trail      = true
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn  = "arn:aws:iam::111122223333:role/trail"

  event_selector {
    read_write_type           = "All"
    include_management_events = true

    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
}

resource "aws_kms_key" "trail" {
}

resource "aws_cloudwatch_log_group" "trail" {
  name = "trail"
}

resource "aws_cloudtrail" "plain" {
  name           = "plain"
  s3_bucket_name = "trail-logs"
}

resource "aws_cloudtrail" "stopped" {
  name           = "stopped"
  s3_bucket_name = "trail-logs"
  enable_logging = false

  event_selector {
    read_write_type           = "WriteOnly"
    include_management_events = true

    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3:::one-bucket/"]
    }
  }
}

resource "aws_cloudtrail" "advanced" {
  name           = "advanced"
  s3_bucket_name = "trail-logs"

  advanced_event_selector {
    name = "management"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  advanced_event_selector {
    name = "object writes"
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }
    field_selector {
      field  = "readOnly"
      equals = ["false"]
    }
  }
}

resource "aws_cloudtrail" "data_only" {
  name           = "data"
  s3_bucket_name = "trail-logs"

  advanced_event_selector {
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }
  }
}

resource "aws_cloudtrail_event_data_store" "lake" {
  name       = "lake"
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_cloudtrail_event_data_store" "weak" {
  name                           = "weak"
  multi_region_enabled           = false
  organization_enabled           = true
  termination_protection_enabled = false
  retention_period               = 30
  suspend                        = true

  advanced_event_selector {
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
  }
}
