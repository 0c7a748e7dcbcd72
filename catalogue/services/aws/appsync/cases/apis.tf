resource "aws_appsync_graphql_api" "good" {
  name                = "shop"
  authentication_type = "AMAZON_COGNITO_USER_POOLS"
  visibility          = "PRIVATE"
  xray_enabled        = true
  query_depth_limit   = 5
  user_pool_config {
    user_pool_id   = "eu-central-1_abc"
    default_action = "DENY"
  }
  log_config {
    cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/log"
    field_log_level          = "ERROR"
  }
}

resource "aws_appsync_api_cache" "good" {
  api_id                     = aws_appsync_graphql_api.good.id
  api_caching_behavior       = "FULL_REQUEST_CACHING"
  type                       = "SMALL"
  ttl                        = 60
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
}

resource "aws_appsync_datasource" "good" {
  api_id = aws_appsync_graphql_api.good.id
  name   = "backend"
  type   = "HTTP"
  http_config {
    endpoint = "https://backend.example.com"
  }
}

resource "aws_appsync_graphql_api" "bad" {
  name                = "open"
  authentication_type = "API_KEY"
}

resource "aws_appsync_api_key" "bad" {
  api_id = aws_appsync_graphql_api.bad.id
}

resource "aws_appsync_api_cache" "bad" {
  api_id               = aws_appsync_graphql_api.bad.id
  api_caching_behavior = "FULL_REQUEST_CACHING"
  type                 = "SMALL"
  ttl                  = 60
}

resource "aws_appsync_datasource" "bad" {
  api_id = aws_appsync_graphql_api.bad.id
  name   = "backend"
  type   = "HTTP"
  http_config {
    endpoint = "http://backend.example.com"
  }
}

resource "aws_appsync_api" "good" {
  name = "events"
  event_config {
    auth_provider {
      auth_type = "AWS_IAM"
    }
    connection_auth_mode {
      auth_type = "AWS_IAM"
    }
    log_config {
      cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/log"
      log_level                = "ERROR"
    }
  }
}

resource "aws_appsync_api" "bad" {
  name = "events-open"
  event_config {
    auth_provider {
      auth_type = "API_KEY"
    }
    connection_auth_mode {
      auth_type = "API_KEY"
    }
  }
}

resource "aws_appsync_domain_name" "shop" {
  domain_name     = "api.example.com"
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/1"
}

resource "aws_appsync_domain_name_api_association" "shop" {
  domain_name = aws_appsync_domain_name.shop.domain_name
  api_id      = aws_appsync_graphql_api.good.id
}
