variable "mode" {
  type = string
}

resource "aws_lb" "front" {
  name                   = "front"
  desync_mitigation_mode = var.mode
}
