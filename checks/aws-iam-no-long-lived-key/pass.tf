resource "aws_iam_access_key" "retired" {
  user   = "exporter"
  status = "Inactive"
}
