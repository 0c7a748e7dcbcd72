resource "aws_lb" "front" {
  name = "front"
}

resource "aws_cloudfront_distribution" "shop" {
  enabled = true
}

resource "aws_apigatewayv2_stage" "live" {
  api_id = "a1b2c3"
  name   = "live"
}

resource "aws_elb" "old" {
  name = "old"
  access_logs {
    bucket  = "acme-logs"
    enabled = false
  }
}
