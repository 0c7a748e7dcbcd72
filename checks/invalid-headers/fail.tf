resource "aws_lb" "front" {
  name = "front"
}
