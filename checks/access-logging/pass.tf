resource "aws_lb" "front" {
  name = "front"
  access_logs {
    bucket  = "acme-logs"
    enabled = true
  }
}

resource "aws_cloudfront_distribution" "shop" {
  enabled = true
  logging_config {
    bucket = "acme-logs.s3.amazonaws.com"
  }
}

resource "aws_apigatewayv2_stage" "live" {
  api_id = "a1b2c3"
  name   = "live"
  access_log_settings {
    destination_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:api"
    format          = "$context.requestId"
  }
}
