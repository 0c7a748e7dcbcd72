resource "aws_lb" "front" {
  name                       = "front"
  drop_invalid_header_fields = true
}
