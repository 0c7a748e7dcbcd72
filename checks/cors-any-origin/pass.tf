resource "aws_apigatewayv2_api" "shop" {
  name          = "shop"
  protocol_type = "HTTP"
  cors_configuration {
    allow_origins = ["https://shop.example.com"]
  }
}

resource "aws_lambda_function_url" "form" {
  function_name      = "form"
  authorization_type = "AWS_IAM"
  cors {
    allow_origins = ["https://shop.example.com"]
  }
}
