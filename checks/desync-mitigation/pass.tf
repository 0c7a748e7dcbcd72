resource "aws_lb" "front" {
  name                   = "front"
  desync_mitigation_mode = "strictest"
}

resource "aws_elb" "old" {
  name = "old"
  listener {
    instance_port     = 8443
    instance_protocol = "https"
    lb_port           = 443
    lb_protocol       = "https"
  }
}
