resource "aws_lambda_function" "pay" {
  function_name = "pay"
  role          = "arn:aws:iam::111122223333:role/pay"
  runtime       = "python3.13"
  handler       = "main.handler"
  environment {
    variables = {
      LOG_LEVEL           = "info"
      DATABASE_SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:pay-AbCdEf"
    }
  }
}

resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  user_data     = "#!/bin/sh\nsystemctl start web\n"
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name    = "web"
    image   = "web:1.4"
    secrets = [{ name = "DB_PASSWORD", valueFrom = "arn:aws:ssm:eu-central-1:111122223333:parameter/web/db" }]
  }])
}
