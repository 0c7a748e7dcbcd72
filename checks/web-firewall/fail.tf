resource "aws_lb" "shop" {
  name            = "shop"
  subnets         = ["subnet-0a1b2c3d4e5f60718", "subnet-18273645546372819"]
  security_groups = ["sg-0a1b2c3d4e5f60718"]
}

resource "aws_api_gateway_rest_api" "orders" {
  name = "orders"
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  deployment_id = "a1b2c3"
  stage_name    = "live"
}

resource "aws_cloudfront_distribution" "site" {
  enabled = true
  origin {
    domain_name              = "acme-site.s3.eu-west-1.amazonaws.com"
    origin_id                = "site"
    origin_access_control_id = "E1A2B3C4D5E6F7"
  }
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "site"
    viewer_protocol_policy = "redirect-to-https"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
