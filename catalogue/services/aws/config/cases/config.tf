resource "aws_config_configuration_recorder" "good" {
  name     = "default"
  role_arn = "arn:aws:iam::111122223333:role/config"

  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}

resource "aws_config_configuration_recorder_status" "good" {
  name       = aws_config_configuration_recorder.good.name
  is_enabled = true
}

resource "aws_config_configuration_recorder" "partial" {
  name     = "partial"
  role_arn = "arn:aws:iam::111122223333:role/config"

  recording_group {
    all_supported  = false
    resource_types = ["AWS::EC2::Instance"]
  }
}

resource "aws_config_configuration_recorder" "excluding" {
  name     = "excluding"
  role_arn = "arn:aws:iam::111122223333:role/config"

  recording_group {
    all_supported = false
    exclusion_by_resource_types {
      resource_types = ["AWS::EC2::Instance"]
    }
    recording_strategy {
      use_only = "EXCLUSION_BY_RESOURCE_TYPES"
    }
  }
}

resource "aws_config_configuration_recorder" "default" {
  name     = "all"
  role_arn = "arn:aws:iam::111122223333:role/config"
}

resource "aws_config_delivery_channel" "encrypted" {
  s3_bucket_name = "config-logs"
  s3_kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_config_delivery_channel" "plain" {
  s3_bucket_name = "config-logs"
}

resource "aws_config_configuration_aggregator" "organisation" {
  name = "organisation"

  organization_aggregation_source {
    all_regions = true
    role_arn    = "arn:aws:iam::111122223333:role/aggregator"
  }
}

resource "aws_config_configuration_aggregator" "accounts" {
  name = "accounts"

  account_aggregation_source {
    account_ids = ["444455556666"]
    regions     = ["eu-west-1"]
  }
}

resource "aws_config_aggregate_authorization" "security" {
  account_id = "444455556666"
}

resource "aws_config_retention_configuration" "years" {
  retention_period_in_days = 2557
}
