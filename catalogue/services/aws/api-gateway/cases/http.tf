resource "aws_apigatewayv2_api" "guarded" {
  name          = "guarded"
  protocol_type = "HTTP"
  cors_configuration {
    allow_origins = ["https://app.example.com"]
  }
}

resource "aws_apigatewayv2_route" "guarded" {
  api_id             = aws_apigatewayv2_api.guarded.id
  route_key          = "GET /items"
  authorization_type = "JWT"
}

resource "aws_apigatewayv2_authorizer" "guarded" {
  api_id          = aws_apigatewayv2_api.guarded.id
  authorizer_type = "REQUEST"
  name            = "guard"
  authorizer_uri  = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:guard/invocations"
}

resource "aws_apigatewayv2_api" "open" {
  name          = "open"
  protocol_type = "HTTP"
  cors_configuration {
    allow_origins = ["*"]
  }
}

resource "aws_apigatewayv2_route" "open" {
  api_id    = aws_apigatewayv2_api.open.id
  route_key = "GET /items"
}

resource "aws_apigatewayv2_integration" "open" {
  api_id             = aws_apigatewayv2_api.open.id
  integration_type   = "HTTP_PROXY"
  integration_method = "GET"
  integration_uri    = "http://backend.example.com/"
}

resource "aws_apigatewayv2_api" "quick" {
  name          = "quick"
  protocol_type = "HTTP"
  target        = "arn:aws:lambda:eu-west-1:111122223333:function:hello"
}

resource "aws_apigatewayv2_api" "catch_all" {
  name          = "catch-all"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_route" "catch_all" {
  api_id    = aws_apigatewayv2_api.catch_all.id
  route_key = "$default"
}

resource "aws_apigatewayv2_stage" "good" {
  api_id = aws_apigatewayv2_api.guarded.id
  name   = "prod"
  access_log_settings {
    destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:api"
    format          = "$context.requestId"
  }
  default_route_settings {
    logging_level          = "INFO"
    throttling_rate_limit  = 100
    throttling_burst_limit = 50
  }
}

resource "aws_apigatewayv2_stage" "plain" {
  api_id = aws_apigatewayv2_api.open.id
  name   = "$default"
  default_route_settings {
    logging_level = "OFF"
  }
}

resource "aws_apigatewayv2_domain_name" "modern" {
  domain_name = "http.example.com"
  domain_name_configuration {
    certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}
