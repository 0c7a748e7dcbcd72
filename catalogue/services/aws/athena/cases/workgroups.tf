resource "aws_athena_workgroup" "good" {
  name = "analysts"
  configuration {
    bytes_scanned_cutoff_per_query = 1099511627776
    result_configuration {
      output_location = "s3://acme-results/"
      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = "arn:aws:kms:eu-central-1:111122223333:key/1"
      }
    }
  }
}

resource "aws_athena_workgroup" "bad" {
  name = "loose"
  configuration {
    enforce_workgroup_configuration    = false
    publish_cloudwatch_metrics_enabled = false
    engine_version {
      selected_engine_version = "Athena engine version 2"
    }
  }
}

resource "aws_athena_database" "keyed" {
  name   = "keyed"
  bucket = "acme-lake"
  encryption_configuration {
    encryption_option = "SSE_KMS"
    kms_key           = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
}

resource "aws_athena_database" "bare" {
  name   = "bare"
  bucket = "acme-lake"
}

resource "aws_athena_data_catalog" "lambda" {
  name        = "lambda"
  description = "a function"
  type        = "LAMBDA"
  parameters  = { function = "arn:aws:lambda:eu-central-1:111122223333:function:catalogue" }
}
