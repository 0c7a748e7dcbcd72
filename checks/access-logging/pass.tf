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
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "web"
    viewer_protocol_policy = "redirect-to-https"
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
  origin {
    domain_name = "origin.acme.example"
    origin_id   = "web"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
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
