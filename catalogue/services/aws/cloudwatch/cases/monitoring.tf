resource "aws_cloudwatch_metric_alarm" "root" {
  alarm_name          = "root-use"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  metric_name         = "RootUse"
  namespace           = "CIS"
  alarm_actions       = [aws_sns_topic.oncall.arn]
}

resource "aws_sns_topic" "oncall" {
  name = "oncall"
}

resource "aws_cloudwatch_metric_alarm" "silent" {
  alarm_name          = "silent"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1

  metric_query {
    id = "m1"
    metric {
      metric_name = "Errors"
      namespace   = "AWS/Lambda"
      period      = 60
      stat        = "Sum"
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "any" {
  alarm_name      = "any"
  alarm_rule      = "ALARM(root-use)"
  alarm_actions   = [aws_sns_topic.oncall.arn]
  actions_enabled = false
}

resource "aws_cloudwatch_composite_alarm" "loud" {
  alarm_name    = "loud"
  alarm_rule    = "ALARM(root-use)"
  alarm_actions = [aws_sns_topic.oncall.arn]
}

resource "aws_cloudwatch_metric_stream" "all" {
  name          = "all"
  role_arn      = "arn:aws:iam::111122223333:role/stream"
  firehose_arn  = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/metrics"
  output_format = "json"
}

resource "aws_synthetics_canary" "good" {
  name                 = "checkout"
  artifact_s3_location = "s3://canary/"
  execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
  handler              = "index.handler"
  runtime_version      = "syn-nodejs-puppeteer-9.1"

  schedule {
    expression = "rate(5 minutes)"
  }
  artifact_config {
    s3_encryption {
      encryption_mode = "SSE_KMS"
      kms_key_arn     = "arn:aws:kms:eu-west-1:111122223333:key/1234"
    }
  }
  run_config {
    active_tracing = true
    environment_variables = {
      TARGET = "https://example.com"
    }
  }
  vpc_config {
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_synthetics_canary" "plain" {
  name                 = "plain"
  artifact_s3_location = "s3://canary/"
  execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
  handler              = "index.handler"
  runtime_version      = "syn-nodejs-puppeteer-9.1"

  schedule {
    expression = "rate(5 minutes)"
  }
}

resource "aws_rum_app_monitor" "web" {
  name           = "web"
  domain         = "example.com"
  cw_log_enabled = true

  app_monitor_configuration {
    enable_xray = true
  }
}

resource "aws_rum_app_monitor" "plain" {
  name   = "plain"
  domain = "example.com"
}

resource "aws_oam_sink" "central" {
  name = "central"
}

resource "aws_oam_sink_policy" "central" {
  sink_identifier = aws_oam_sink.central.arn
  policy          = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_evidently_project" "flags" {
  name = "flags"

  data_delivery {
    cloudwatch_logs {
      log_group = "flags"
    }
  }
}

resource "aws_evidently_project" "bare" {
  name = "bare"
}

resource "aws_cloudwatch_metric_alarm" "as_text" {
  alarm_name          = "as-text"
  comparison_operator = "GreaterThanThreshold"
  metric_name         = "Errors"
  namespace           = "app"
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.oncall.arn]
  actions_enabled     = "true"
}
