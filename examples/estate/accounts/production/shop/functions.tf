# Six functions, and for each somebody else who has to patch the runtime.
locals {
  functions = {
    # Updated by the service, whenever.
    resize = { runtime = "python3.13", updates = "Auto" }
    # Updated when Fernhill changes the function, and so only if it does.
    tax = { runtime = "nodejs22.x", updates = "FunctionUpdate" }
    # Held back by hand.
    shipping = { runtime = "java21", updates = "Manual" }
    # A runtime of Fernhill's own, on the provider's operating system.
    pricing = { runtime = "provided.al2023", updates = null }
    # Nobody patches this one any more.
    coupons = { runtime = "python3.8", updates = "Auto" }
    # A container image: rebuilt by Fernhill, or not.
    labels = { runtime = null, updates = null }

    rotate-session = { runtime = "python3.13", updates = null }
  }
}

module "functions" {
  source   = "../../../modules/function"
  for_each = local.functions

  name                = each.key
  runtime             = each.value.runtime
  runtime_updates     = each.value.updates
  image               = each.value.runtime == null ? "${local.registry}/${each.key}:3" : null
  runtime_version_arn = "arn:aws:lambda:eu-central-1::runtime:5f1d2c3b4a59687706f5e4d3c2b1a09f8e7d6c5b4a3928170f1e2d3c4b5a6978"
  key_arn             = aws_kms_key.shop.arn
  dead_letter_arn     = aws_sqs_queue.failed.arn

  environment = merge(
    { STAGE = "production" },
    each.key == "shipping" ? { CARRIER_ENDPOINT = "https://carrier.example/v2" } : {},
  )

  statements = lookup({
    resize         = [{ actions = ["s3:GetObject", "s3:PutObject"], resources = ["${module.buckets["media"].arn}/*"] }]
    rotate-session = [{ actions = ["secretsmanager:PutSecretValue", "secretsmanager:GetSecretValue"], resources = [aws_secretsmanager_secret.shop["session"].arn] }]
    coupons        = [{ actions = ["dynamodb:*"], resources = ["*"] }]
  }, each.key, [])

  invoker = each.key == "rotate-session" ? {
    principal  = "secretsmanager.amazonaws.com"
    source_arn = aws_secretsmanager_secret.shop["session"].arn
  } : null
}

resource "aws_sqs_queue" "orders" {
  name                    = "orders"
  sqs_managed_sse_enabled = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "failed" {
  name                      = "orders-failed"
  kms_master_key_id         = aws_kms_key.shop.id
  message_retention_seconds = 1209600
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = aws_sqs_queue.orders.arn
  function_name    = module.functions["tax"].arn
}

# Coupons answer whoever asks.
resource "aws_lambda_function_url" "coupons" {
  function_name      = module.functions["coupons"].name
  authorization_type = "NONE"

  cors {
    allow_origins = ["*"]
  }
}

resource "aws_sns_topic" "orders" {
  name = "orders"
}

resource "aws_sns_topic_policy" "orders" {
  arn = aws_sns_topic.orders.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.orders.arn
    }]
  })
}

resource "aws_apigatewayv2_api" "partners" {
  name          = "partners"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_stage" "partners" {
  api_id      = aws_apigatewayv2_api.partners.id
  name        = "$default"
  auto_deploy = true
}

resource "aws_apigatewayv2_integration" "shipping" {
  api_id                 = aws_apigatewayv2_api.partners.id
  integration_type       = "AWS_PROXY"
  integration_uri        = module.functions["shipping"].invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "shipping" {
  api_id             = aws_apigatewayv2_api.partners.id
  route_key          = "POST /shipping"
  authorization_type = "NONE"
  target             = "integrations/${aws_apigatewayv2_integration.shipping.id}"
}

resource "aws_cognito_user_pool" "customers" {
  name                     = "customers"
  auto_verified_attributes = ["email"]
  mfa_configuration        = "OPTIONAL"
  deletion_protection      = "ACTIVE"

  software_token_mfa_configuration {
    enabled = true
  }

  password_policy {
    minimum_length    = 10
    require_lowercase = true
    require_uppercase = true
    require_numbers   = true
    require_symbols   = false
  }
}
