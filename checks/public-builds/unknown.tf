variable "visibility" {
  type = string
}

resource "aws_codebuild_project" "test" {
  name               = "test"
  service_role       = "arn:aws:iam::111122223333:role/build"
  project_visibility = var.visibility
}
