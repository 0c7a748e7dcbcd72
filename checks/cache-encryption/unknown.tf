variable "encrypt" {
  type = bool
}

resource "aws_api_gateway_rest_api" "other_shop" {
  name = "shop"
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id           = aws_api_gateway_rest_api.other_shop.id
  deployment_id         = "abc123"
  stage_name            = "live"
  cache_cluster_enabled = true
  cache_cluster_size    = "0.5"
}

resource "aws_api_gateway_method_settings" "live" {
  rest_api_id = aws_api_gateway_rest_api.other_shop.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = "*/*"
  settings {
    caching_enabled      = true
    cache_data_encrypted = var.encrypt
  }
}
