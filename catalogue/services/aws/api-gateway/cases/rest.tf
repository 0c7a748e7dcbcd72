resource "aws_api_gateway_rest_api" "private" {
  name = "private"
  endpoint_configuration {
    types = ["PRIVATE"]
  }
}

resource "aws_api_gateway_rest_api_policy" "private" {
  rest_api_id = aws_api_gateway_rest_api.private.id
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "*", Condition = { StringEquals = { "aws:SourceVpce" = "vpce-0123456789abcdef0" } } }] })
}

resource "aws_api_gateway_method" "guarded" {
  rest_api_id   = aws_api_gateway_rest_api.private.id
  resource_id   = "abc"
  http_method   = "GET"
  authorization = "AWS_IAM"
}

resource "aws_api_gateway_method" "preflight" {
  rest_api_id   = aws_api_gateway_rest_api.private.id
  resource_id   = "abc"
  http_method   = "OPTIONS"
  authorization = "NONE"
}

resource "aws_api_gateway_authorizer" "people" {
  rest_api_id   = aws_api_gateway_rest_api.private.id
  name          = "people"
  type          = "COGNITO_USER_POOLS"
  provider_arns = ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"]
}

resource "aws_api_gateway_rest_api" "public" {
  name = "public"
}

resource "aws_api_gateway_method" "open" {
  rest_api_id   = aws_api_gateway_rest_api.public.id
  resource_id   = "abc"
  http_method   = "POST"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "plain" {
  rest_api_id             = aws_api_gateway_rest_api.public.id
  resource_id             = "abc"
  http_method             = "POST"
  type                    = "HTTP_PROXY"
  integration_http_method = "POST"
  uri                     = "http://backend.example.com/"
}

# What is in the document is not read.
resource "aws_api_gateway_rest_api" "document" {
  name = "document"
  body = "{}"
}

resource "aws_api_gateway_stage" "good" {
  rest_api_id           = aws_api_gateway_rest_api.private.id
  deployment_id         = "d"
  stage_name            = "prod"
  xray_tracing_enabled  = true
  cache_cluster_enabled = true
  access_log_settings {
    destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:api"
    format          = "$context.requestId"
  }
}

resource "aws_api_gateway_method_settings" "good" {
  rest_api_id = aws_api_gateway_rest_api.private.id
  stage_name  = aws_api_gateway_stage.good.stage_name
  method_path = "*/*"
  settings {
    logging_level          = "ERROR"
    caching_enabled        = true
    cache_data_encrypted   = true
    throttling_rate_limit  = 100
    throttling_burst_limit = 50
  }
}

resource "aws_api_gateway_stage" "plain" {
  rest_api_id           = aws_api_gateway_rest_api.public.id
  deployment_id         = "d"
  stage_name            = "test"
  cache_cluster_enabled = true
}

resource "aws_api_gateway_method_settings" "plain" {
  rest_api_id = aws_api_gateway_rest_api.public.id
  stage_name  = aws_api_gateway_stage.plain.stage_name
  method_path = "*/*"
  settings {
    metrics_enabled = true
  }
}

resource "aws_api_gateway_domain_name" "modern" {
  domain_name              = "api.example.com"
  regional_certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
  security_policy          = "TLS_1_2"
}

resource "aws_api_gateway_domain_name" "old" {
  domain_name     = "old.example.com"
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
  security_policy = "TLS_1_0"
}

resource "aws_api_gateway_domain_name" "plain" {
  domain_name     = "plain.example.com"
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
}
