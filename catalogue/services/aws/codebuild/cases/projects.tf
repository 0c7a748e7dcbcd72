variable "image" {
  type = string
}

resource "aws_codebuild_project" "good" {
  name           = "app"
  service_role   = "arn:aws:iam::111122223333:role/build"
  encryption_key = "arn:aws:kms:eu-west-1:111122223333:key/1234"

  artifacts {
    type = "NO_ARTIFACTS"
  }
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/amazonlinux2-x86_64-standard:5.0"
    type         = "LINUX_CONTAINER"

    environment_variable {
      name  = "MODE"
      value = "fast"
    }
  }
  source {
    type     = "GITHUB"
    location = "https://github.com/example/app.git"
  }
  vpc_config {
    vpc_id             = "vpc-1"
    subnets            = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_codebuild_webhook" "good" {
  project_name = aws_codebuild_project.good.name

  filter_group {
    filter {
      type    = "EVENT"
      pattern = "PUSH"
    }
    filter {
      type    = "ACTOR_ACCOUNT_ID"
      pattern = "^12345$"
    }
  }
}

resource "aws_codebuild_resource_policy" "good" {
  resource_arn = aws_codebuild_project.good.arn
  policy       = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_codebuild_project" "weak" {
  name               = "weak"
  service_role       = "arn:aws:iam::111122223333:role/build"
  project_visibility = "PUBLIC_READ"

  artifacts {
    type                = "S3"
    location            = "artifacts"
    encryption_disabled = true
  }
  environment {
    compute_type    = "BUILD_GENERAL1_SMALL"
    image           = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/build:latest"
    type            = "LINUX_CONTAINER"
    privileged_mode = true
  }
  logs_config {
    cloudwatch_logs {
      status = "DISABLED"
    }
  }
  source {
    type         = "GITHUB_ENTERPRISE"
    location     = "https://github.example.com/app.git"
    insecure_ssl = true
  }
}

resource "aws_codebuild_webhook" "weak" {
  project_name = aws_codebuild_project.weak.name

  filter_group {
    filter {
      type    = "ACTOR_ACCOUNT_ID"
      pattern = "12345"
    }
  }
}

resource "aws_codebuild_project" "pinned" {
  name         = "pinned"
  service_role = "arn:aws:iam::111122223333:role/build"

  artifacts {
    type = "NO_ARTIFACTS"
  }
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:5.0-22.06.30"
    type         = "LINUX_CONTAINER"
  }
  source {
    type = "NO_SOURCE"
  }
}

resource "aws_codebuild_project" "digest" {
  name         = "digest"
  service_role = "arn:aws:iam::111122223333:role/build"

  artifacts {
    type = "NO_ARTIFACTS"
  }
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "golang@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    type         = "LINUX_CONTAINER"
  }
  source {
    type = "NO_SOURCE"
  }
}

resource "aws_codebuild_project" "open" {
  name         = "open"
  service_role = "arn:aws:iam::111122223333:role/build"

  artifacts {
    type = "NO_ARTIFACTS"
  }
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = var.image
    type         = "LINUX_CONTAINER"
  }
  source {
    type = "NO_SOURCE"
  }
}

resource "aws_codebuild_fleet" "reserved" {
  name             = "reserved"
  base_capacity    = 1
  compute_type     = "BUILD_GENERAL1_SMALL"
  environment_type = "LINUX_CONTAINER"
}

resource "aws_codebuild_fleet" "own_image" {
  name             = "own"
  base_capacity    = 1
  compute_type     = "BUILD_GENERAL1_SMALL"
  environment_type = "LINUX_EC2"
  image_id         = "ami-1"

  vpc_config {
    vpc_id             = "vpc-1"
    subnets            = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_codebuild_report_group" "good" {
  name = "good"
  type = "TEST"

  export_config {
    type = "S3"
    s3_destination {
      bucket         = "reports"
      encryption_key = "arn:aws:kms:eu-west-1:111122223333:key/1234"
    }
  }
}

resource "aws_codebuild_report_group" "plain" {
  name = "plain"
  type = "TEST"

  export_config {
    type = "S3"
    s3_destination {
      bucket              = "reports"
      encryption_disabled = true
      encryption_key      = "alias/aws/s3"
    }
  }
}

resource "aws_codebuild_source_credential" "token" {
  auth_type   = "PERSONAL_ACCESS_TOKEN"
  server_type = "GITHUB"
  token       = var.image
}

resource "aws_codebuild_source_credential" "connection" {
  auth_type   = "CODECONNECTIONS"
  server_type = "GITHUB"
  token       = "arn:aws:codeconnections:eu-west-1:111122223333:connection/1"
}
