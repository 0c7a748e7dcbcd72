resource "aws_codebuild_project" "web" {
  name         = "web"
  service_role = "arn:aws:iam::111122223333:role/build"
  artifacts {
    type                = "S3"
    location            = "acme-artefacts"
    encryption_disabled = true
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

resource "aws_codebuild_report_group" "tests" {
  name = "tests"
  type = "TEST"
  export_config {
    type = "S3"
    s3_destination {
      bucket              = "acme-reports"
      encryption_disabled = true
      encryption_key      = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
}
