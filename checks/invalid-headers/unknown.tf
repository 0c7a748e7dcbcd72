variable "drop" {
  type = bool
}

resource "aws_lb" "front" {
  name                       = "front"
  drop_invalid_header_fields = var.drop
}
