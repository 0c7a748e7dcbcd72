variable "plain" {
  type = bool
}

resource "aws_codebuild_project" "web" {
  name         = "web"
  service_role = "arn:aws:iam::111122223333:role/build"
  artifacts {
    type                = "S3"
    location            = "acme-artefacts"
    encryption_disabled = var.plain
  }
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
  }
  source {
    type     = "GITHUB"
    location = "https://github.com/acme/web.git"
  }
}
