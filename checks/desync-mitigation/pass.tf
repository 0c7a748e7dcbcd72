resource "aws_lb" "front" {
  name                   = "front"
  desync_mitigation_mode = "strictest"
}

resource "aws_elb" "old" {
  name = "old"
}
