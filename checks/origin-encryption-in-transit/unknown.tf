variable "protocol" {
  type = string
}

resource "aws_cloudfront_distribution" "site" {
  enabled = true
  origin {
    domain_name = "origin.acme.example"
    origin_id   = "web"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = var.protocol
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "web"
    viewer_protocol_policy = "redirect-to-https"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }
}

resource "aws_lb_target_group" "web" {
  name     = "web"
  port     = 8443
  protocol = var.protocol
  vpc_id   = "vpc-0a1b2c3d"
}

resource "aws_vpclattice_target_group" "stock" {
  name = "stock"
  type = "IP"
  config {
    port           = 8443
    protocol       = var.protocol
    vpc_identifier = "vpc-0a1b2c3d"
  }
}
