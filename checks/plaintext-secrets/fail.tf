resource "aws_lambda_function" "pay" {
  function_name = "pay"
  role          = "arn:aws:iam::111122223333:role/pay"
  runtime       = "python3.13"
  handler       = "main.handler"
  environment {
    variables = {
      DB_PASSWORD = "Tr0ub4dor&3-shop"
    }
  }
}

resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  user_data     = "#!/bin/sh\nexport DB_PASSWORD=Tr0ub4dor-3-shop-Xk29\n"
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "web:1.4"
    environment = [{ name = "DB_PASSWORD", value = "Tr0ub4dor&3-shop" }]
  }])
}

resource "aws_codebuild_project" "image" {
  name         = "image"
  service_role = "arn:aws:iam::111122223333:role/build"
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
    environment_variable {
      name  = "REGISTRY_PASSWORD"
      value = "Tr0ub4dor&3-shop"
    }
  }
  artifacts {
    type = "NO_ARTIFACTS"
  }
  source {
    type     = "GITHUB"
    location = "https://github.com/acme/web.git"
  }
}
