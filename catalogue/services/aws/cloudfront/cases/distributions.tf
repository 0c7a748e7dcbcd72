resource "aws_cloudfront_distribution" "good" {
  enabled             = true
  default_root_object = "index.html"
  web_acl_id          = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/site/1234"
  origin {
    domain_name              = "site.s3.eu-west-1.amazonaws.com"
    origin_id                = "site"
    origin_access_control_id = "E0123456789ABC"
  }
  origin {
    domain_name = "api.example.com"
    origin_id   = "api"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  origin_group {
    origin_id = "both"
    failover_criteria {
      status_codes = [500]
    }
    member {
      origin_id = "site"
    }
    member {
      origin_id = "api"
    }
  }
  default_cache_behavior {
    target_origin_id       = "site"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    viewer_protocol_policy = "redirect-to-https"
  }
  logging_config {
    bucket = "logs.s3.amazonaws.com"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }
}

resource "aws_cloudfront_monitoring_subscription" "good" {
  distribution_id = aws_cloudfront_distribution.good.id
  monitoring_subscription {
    realtime_metrics_subscription_config {
      realtime_metrics_subscription_status = "Enabled"
    }
  }
}

resource "aws_cloudfront_distribution" "bad" {
  enabled = true
  origin {
    domain_name = "site.s3.eu-west-1.amazonaws.com"
    origin_id   = "site"
  }
  origin {
    domain_name = "old.example.com"
    origin_id   = "old"
    custom_header {
      name  = "X-Origin-Token"
      value = "AKIAZ7QKX3MNPL5RTWVB"
    }
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1"]
    }
  }
  default_cache_behavior {
    target_origin_id       = "site"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    viewer_protocol_policy = "allow-all"
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

resource "aws_cloudfront_monitoring_subscription" "bad" {
  distribution_id = aws_cloudfront_distribution.bad.id
  monitoring_subscription {
    realtime_metrics_subscription_config {
      realtime_metrics_subscription_status = "Disabled"
    }
  }
}

resource "aws_cloudfront_distribution" "follows" {
  enabled = true
  origin {
    domain_name = "app.example.com"
    origin_id   = "app"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "match-viewer"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  default_cache_behavior {
    target_origin_id       = "app"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    viewer_protocol_policy = "https-only"
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

resource "aws_cloudfront_vpc_origin" "tls" {
  vpc_origin_endpoint_config {
    name                   = "tls"
    arn                    = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/inner/0123456789abcdef"
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "https-only"
  }
}

resource "aws_cloudfront_vpc_origin" "plain" {
  vpc_origin_endpoint_config {
    name                   = "plain"
    arn                    = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/inner/0123456789abcdef"
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "http-only"
  }
}

resource "aws_cloudfront_response_headers_policy" "open" {
  name = "open"
  cors_config {
    access_control_allow_credentials = false
    origin_override                  = true
    access_control_allow_headers {
      items = ["*"]
    }
    access_control_allow_methods {
      items = ["GET"]
    }
    access_control_allow_origins {
      items = ["*"]
    }
  }
}

resource "aws_cloudfront_response_headers_policy" "closed" {
  name = "closed"
}

resource "aws_cloudfront_function" "rewrite" {
  name    = "rewrite"
  runtime = "cloudfront-js-2.0"
  code    = "function handler(event) { return event.request; }"
}

resource "aws_cloudfront_connection_function" "clients" {
  name                     = "clients"
  connection_function_code = "async function connectionHandler(connection) { connection.allow(); }"
  connection_function_config {
    comment = "client certificates"
    runtime = "cloudfront-js-2.0"
  }
}
