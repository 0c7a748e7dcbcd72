resource "aws_iam_access_key" "exporter" {
  user = "exporter"
}

resource "aws_iam_service_specific_credential" "git" {
  service_name = "codecommit.amazonaws.com"
  user_name    = "exporter"
}
