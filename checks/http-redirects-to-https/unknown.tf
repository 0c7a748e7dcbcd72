variable "action" {
  type = string
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/0123456789abcdef"
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = var.action
    redirect {
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
