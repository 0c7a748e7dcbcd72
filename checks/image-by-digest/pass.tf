resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name      = "web"
    image     = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/web@sha256:0f2a0a2b5b1f9a0c9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a3928"
    essential = true
  }])
}

resource "aws_lambda_function" "render" {
  function_name = "render"
  role          = "arn:aws:iam::111122223333:role/render"
  package_type  = "Image"
  image_uri     = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/render@sha256:0f2a0a2b5b1f9a0c9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a3928"
}

resource "aws_codebuild_project" "web" {
  name         = "web"
  service_role = "arn:aws:iam::111122223333:role/build"
  artifacts {
    type = "NO_ARTIFACTS"
  }
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/builder@sha256:0f2a0a2b5b1f9a0c9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a3928"
    type         = "LINUX_CONTAINER"
  }
  source {
    type     = "GITHUB"
    location = "https://github.com/acme/web.git"
  }
}
