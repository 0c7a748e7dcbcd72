variable "log" {
  type = bool
}

resource "aws_lb" "front" {
  name = "front"
  access_logs {
    bucket  = "acme-logs"
    enabled = var.log
  }
}
