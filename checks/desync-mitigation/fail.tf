resource "aws_lb" "front" {
  name                   = "front"
  desync_mitigation_mode = "monitor"
}

resource "aws_elb" "old" {
  name                   = "old"
  desync_mitigation_mode = "monitor"
  listener {
    instance_port     = 8443
    instance_protocol = "https"
    lb_port           = 443
    lb_protocol       = "https"
  }
}
