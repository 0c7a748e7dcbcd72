resource "aws_lb" "front" {
  name                   = "front"
  desync_mitigation_mode = "monitor"
}

resource "aws_elb" "old" {
  name                   = "old"
  desync_mitigation_mode = "monitor"
}
