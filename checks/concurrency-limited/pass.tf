resource "aws_lambda_function" "orders" {
  function_name                  = "orders"
  role                           = "arn:aws:iam::123456789012:role/orders"
  runtime                        = "python3.13"
  handler                        = "orders.main"
  filename                       = "orders.zip"
  reserved_concurrent_executions = 50
}

resource "aws_apigatewayv2_stage" "live" {
  api_id = "a1b2c3d4e5"
  name   = "live"
  default_route_settings {
    throttling_rate_limit  = 100
    throttling_burst_limit = 200
  }
}
