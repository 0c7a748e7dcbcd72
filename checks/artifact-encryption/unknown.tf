variable "plain" {
  type = bool
}

resource "aws_codebuild_project" "test" {
  name         = "test"
  service_role = "arn:aws:iam::111122223333:role/build"
  artifacts {
    type                = "S3"
    location            = "acme-artifacts"
    encryption_disabled = var.plain
  }
}
