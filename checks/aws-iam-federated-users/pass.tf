resource "aws_iam_user" "exporter" {
  name = "exporter"
}
