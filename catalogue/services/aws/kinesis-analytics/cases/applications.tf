resource "aws_kinesisanalyticsv2_application" "good" {
  name                   = "fraud"
  runtime_environment    = "FLINK-1_20"
  service_execution_role = "arn:aws:iam::111122223333:role/flink"
  cloudwatch_logging_options {
    log_stream_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:flink:log-stream:fraud"
  }
  application_configuration {
    application_snapshot_configuration {
      snapshots_enabled = true
    }
    vpc_configuration {
      subnet_ids         = ["subnet-1"]
      security_group_ids = ["sg-1"]
    }
  }
}

resource "aws_kinesisanalyticsv2_application" "bare" {
  name                   = "bare"
  runtime_environment    = "FLINK-1_13"
  service_execution_role = "arn:aws:iam::111122223333:role/flink"
  application_configuration {
    application_snapshot_configuration {
      snapshots_enabled = false
    }
  }
}

resource "aws_kinesis_analytics_application" "old" {
  name = "old"
  cloudwatch_logging_options {
    log_stream_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:sql:log-stream:old"
    role_arn       = "arn:aws:iam::111122223333:role/sql"
  }
}

resource "aws_kinesis_analytics_application" "silent" {
  name = "silent"
}
