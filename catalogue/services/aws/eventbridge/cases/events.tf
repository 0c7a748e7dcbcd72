resource "aws_cloudwatch_event_bus" "good" {
  name               = "orders"
  kms_key_identifier = "arn:aws:kms:eu-central-1:111122223333:key/1"
  dead_letter_config {
    arn = "arn:aws:sqs:eu-central-1:111122223333:dead"
  }
  log_config {
    level = "ERROR"
  }
}

resource "aws_cloudwatch_event_bus_policy" "good" {
  event_bus_name = aws_cloudwatch_event_bus.good.name
  policy         = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "events:PutEvents", Resource = "*" }] })
}

resource "aws_cloudwatch_event_bus" "bare" {
  name = "bare"
}

resource "aws_cloudwatch_event_permission" "everyone" {
  event_bus_name = aws_cloudwatch_event_bus.bare.name
  principal      = "*"
  statement_id   = "Everyone"
}

resource "aws_cloudwatch_event_bus" "organisation" {
  name = "organisation"
}

resource "aws_cloudwatch_event_permission" "organisation" {
  event_bus_name = aws_cloudwatch_event_bus.organisation.name
  principal      = "*"
  statement_id   = "Organisation"
  condition {
    key   = "aws:PrincipalOrgID"
    type  = "StringEquals"
    value = "o-1234567890"
  }
}

resource "aws_cloudwatch_event_rule" "good" {
  name          = "findings"
  event_pattern = jsonencode({ source = ["aws.guardduty"] })
}

resource "aws_cloudwatch_event_target" "good" {
  rule = aws_cloudwatch_event_rule.good.name
  arn  = "arn:aws:sns:eu-central-1:111122223333:alerts"
  dead_letter_config {
    arn = "arn:aws:sqs:eu-central-1:111122223333:dead"
  }
}

resource "aws_cloudwatch_event_rule" "bare" {
  name                = "nightly"
  schedule_expression = "rate(1 day)"
}

resource "aws_cloudwatch_event_target" "bare" {
  rule  = aws_cloudwatch_event_rule.bare.name
  arn   = "arn:aws:lambda:eu-central-1:111122223333:function:nightly"
  input = jsonencode({ run = "all" })
}

resource "aws_cloudwatch_event_archive" "good" {
  name               = "orders"
  event_source_arn   = aws_cloudwatch_event_bus.good.arn
  kms_key_identifier = "arn:aws:kms:eu-central-1:111122223333:key/1"
  retention_days     = 30
}

resource "aws_cloudwatch_event_archive" "bare" {
  name             = "bare"
  event_source_arn = aws_cloudwatch_event_bus.bare.arn
}

resource "aws_cloudwatch_event_connection" "key" {
  name               = "partner"
  authorization_type = "API_KEY"
  kms_key_identifier = "arn:aws:kms:eu-central-1:111122223333:key/1"
  auth_parameters {
    api_key {
      key   = "x-api-key"
      value = "0123456789abcdef"
    }
  }
  invocation_connectivity_parameters {
    resource_parameters {
      resource_configuration_arn = "arn:aws:vpc-lattice:eu-central-1:111122223333:resourceconfiguration/rcfg-1"
    }
  }
}

resource "aws_cloudwatch_event_connection" "bare" {
  name               = "bare"
  authorization_type = "BASIC"
  auth_parameters {
    invocation_http_parameters {
      header {
        key   = "x-from"
        value = "acme"
      }
    }
  }
}


resource "aws_cloudwatch_event_api_destination" "good" {
  name                = "partner"
  http_method         = "POST"
  invocation_endpoint = "https://partner.example.com/events"
  connection_arn      = aws_cloudwatch_event_connection.key.arn
}

resource "aws_cloudwatch_event_api_destination" "plain" {
  name                = "plain"
  http_method         = "POST"
  invocation_endpoint = "http://partner.example.com/events"
  connection_arn      = aws_cloudwatch_event_connection.key.arn
}

resource "aws_pipes_pipe" "good" {
  name               = "orders"
  role_arn           = "arn:aws:iam::111122223333:role/pipe"
  source             = "arn:aws:kinesis:eu-central-1:111122223333:stream/orders"
  target             = "arn:aws:sqs:eu-central-1:111122223333:orders"
  kms_key_identifier = "arn:aws:kms:eu-central-1:111122223333:key/1"
  source_parameters {
    kinesis_stream_parameters {
      starting_position = "LATEST"
      dead_letter_config {
        arn = "arn:aws:sqs:eu-central-1:111122223333:dead"
      }
    }
  }
  log_configuration {
    level = "INFO"
  }
}

resource "aws_pipes_pipe" "bare" {
  name     = "bare"
  role_arn = "arn:aws:iam::111122223333:role/pipe"
  source   = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders/stream/1"
  target   = "arn:aws:sqs:eu-central-1:111122223333:orders"
  source_parameters {
    dynamodb_stream_parameters {
      starting_position = "LATEST"
    }
  }
}

resource "aws_scheduler_schedule" "good" {
  name                = "nightly"
  schedule_expression = "rate(1 day)"
  kms_key_arn         = "arn:aws:kms:eu-central-1:111122223333:key/1"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = "arn:aws:lambda:eu-central-1:111122223333:function:nightly"
    role_arn = "arn:aws:iam::111122223333:role/schedule"
    dead_letter_config {
      arn = "arn:aws:sqs:eu-central-1:111122223333:dead"
    }
  }
}

resource "aws_scheduler_schedule" "bare" {
  name                = "bare"
  schedule_expression = "rate(1 day)"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = "arn:aws:lambda:eu-central-1:111122223333:function:nightly"
    role_arn = "arn:aws:iam::111122223333:role/schedule"
  }
}

resource "aws_schemas_registry" "shared" {
  name = "shared"
}

resource "aws_schemas_registry_policy" "shared" {
  registry_name = aws_schemas_registry.shared.name
  policy        = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "schemas:DescribeSchema", Resource = "*" }] })
}
