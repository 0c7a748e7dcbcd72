resource "aws_lb" "front" {
  name = "front"
}

resource "aws_cloudfront_distribution" "shop" {
  enabled = true
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
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
  listener {
    instance_port     = 8443
    instance_protocol = "https"
    lb_port           = 443
    lb_protocol       = "https"
  }
}
