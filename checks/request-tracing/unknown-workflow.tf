variable "trace" {
  type = bool
}

resource "aws_sfn_state_machine" "orders" {
  name       = "orders"
  role_arn   = "arn:aws:iam::111122223333:role/orders"
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
  tracing_configuration {
    enabled = var.trace
  }
}

resource "aws_api_gateway_rest_api" "other_shop" {
  name = "shop"
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id          = aws_api_gateway_rest_api.other_shop.id
  deployment_id        = "abc123"
  stage_name           = "live"
  xray_tracing_enabled = var.trace
}
