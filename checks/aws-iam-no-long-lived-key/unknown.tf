variable "status" {
  type = string
}

resource "aws_iam_access_key" "exporter" {
  user   = "exporter"
  status = var.status
}
