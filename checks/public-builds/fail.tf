resource "aws_codebuild_project" "test" {
  name               = "test"
  service_role       = "arn:aws:iam::111122223333:role/build"
  project_visibility = "PUBLIC_READ"
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
  }
  source {
    type     = "GITHUB"
    location = "https://github.com/acme/web.git"
  }
  artifacts {
    type = "NO_ARTIFACTS"
  }
}
