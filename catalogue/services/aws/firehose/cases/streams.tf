resource "aws_kinesis_firehose_delivery_stream" "good" {
  name        = "orders"
  destination = "opensearch"
  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
  opensearch_configuration {
    domain_arn = "arn:aws:es:eu-central-1:111122223333:domain/logs"
    role_arn   = "arn:aws:iam::111122223333:role/firehose"
    index_name = "orders"
    vpc_config {
      subnet_ids         = ["subnet-1"]
      security_group_ids = ["sg-1"]
      role_arn           = "arn:aws:iam::111122223333:role/firehose"
    }
    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = "/firehose"
      log_stream_name = "orders"
    }
    s3_configuration {
      role_arn   = "arn:aws:iam::111122223333:role/firehose"
      bucket_arn = "arn:aws:s3:::acme-failed"
    }
  }
}

resource "aws_kinesis_firehose_delivery_stream" "bare" {
  name        = "bare"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn   = "arn:aws:iam::111122223333:role/firehose"
    bucket_arn = "arn:aws:s3:::acme-lake"
  }
}

resource "aws_kinesis_firehose_delivery_stream" "fed" {
  name        = "fed"
  destination = "http_endpoint"
  kinesis_source_configuration {
    kinesis_stream_arn = "arn:aws:kinesis:eu-central-1:111122223333:stream/orders"
    role_arn           = "arn:aws:iam::111122223333:role/firehose"
  }
  http_endpoint_configuration {
    url        = "https://collector.example.com"
    access_key = "0123456789abcdef"
    s3_configuration {
      role_arn   = "arn:aws:iam::111122223333:role/firehose"
      bucket_arn = "arn:aws:s3:::acme-failed"
    }
  }
}
