resource "aws_lb" "good" {
  name                       = "good"
  internal                   = true
  subnets                    = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  security_groups            = ["sg-0a1b2c3d"]
  enable_deletion_protection = true
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  access_logs {
    bucket  = "lb-logs"
    enabled = true
  }
}

resource "aws_lb" "bad" {
  name                   = "bad"
  desync_mitigation_mode = "monitor"
  subnet_mapping {
    subnet_id = "subnet-0a1b2c3d"
  }
  access_logs {
    bucket = "lb-logs"
  }
}

resource "aws_lb" "network" {
  name               = "network"
  load_balancer_type = "network"
  subnets            = var.subnets
}

variable "subnets" {
  type = list(string)
}

resource "aws_alb" "alias" {
  name    = "alias"
  subnets = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
}

resource "aws_lb_listener" "modern" {
  load_balancer_arn = aws_lb.good.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tls.arn
  }
}

resource "aws_lb_listener" "newest" {
  load_balancer_arn = aws_lb.good.arn
  port              = 8443
  protocol          = "TLS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-3-2021-06"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tls.arn
  }
}

resource "aws_lb_listener" "forgotten" {
  load_balancer_arn = aws_lb.bad.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
  default_action {
    type = "authenticate-oidc"
    authenticate_oidc {
      authorization_endpoint = "https://id.example.com/auth"
      client_id              = "app"
      client_secret          = var.secret
      issuer                 = "https://id.example.com"
      token_endpoint         = "https://id.example.com/token"
      user_info_endpoint     = "https://id.example.com/me"
    }
  }
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.plain.arn
  }
}

variable "secret" {
  type = string
}

resource "aws_lb_listener" "old" {
  load_balancer_arn = aws_lb.bad.arn
  port              = 444
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-FS-1-1-2019-08"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.plain.arn
  }
}

resource "aws_lb_listener" "redirect" {
  load_balancer_arn = aws_lb.good.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "plain" {
  load_balancer_arn = aws_lb.bad.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.plain.arn
  }
}

resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_lb_listener.plain.arn
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tls.arn
  }
  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }
}

resource "aws_lb_listener_certificate" "second" {
  listener_arn    = aws_lb_listener.modern.arn
  certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/2234abcd-12ab-34cd-56ef-1234567890ab"
}

resource "aws_lb_listener" "passthrough" {
  load_balancer_arn = aws_lb.network.arn
  port              = 5432
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tcp.arn
  }
}

resource "aws_alb_listener" "alias" {
  load_balancer_arn = aws_alb.alias.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_alb_listener_rule" "alias" {
  listener_arn = aws_alb_listener.alias.arn
  action {
    type             = "forward"
    target_group_arn = aws_alb_target_group.alias.arn
  }
  condition {
    path_pattern {
      values = ["/*"]
    }
  }
}

resource "aws_alb_listener_certificate" "alias" {
  listener_arn    = aws_alb_listener.alias.arn
  certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/2234abcd-12ab-34cd-56ef-1234567890ab"
}

resource "aws_lb_target_group" "tls" {
  name     = "tls"
  port     = 443
  protocol = "HTTPS"
  vpc_id   = "vpc-0a1b2c3d"
}

resource "aws_lb_target_group" "plain" {
  name     = "plain"
  port     = 80
  protocol = "HTTP"
  vpc_id   = "vpc-0a1b2c3d"
  health_check {
    enabled = false
  }
}

resource "aws_lb_target_group" "tcp" {
  name     = "tcp"
  port     = 5432
  protocol = "TCP"
  vpc_id   = "vpc-0a1b2c3d"
}

resource "aws_lb_target_group" "function" {
  name        = "function"
  target_type = "lambda"
}

resource "aws_lb_target_group_attachment" "one" {
  target_group_arn = aws_lb_target_group.plain.arn
  target_id        = "i-0123456789abcdef0"
}

resource "aws_alb_target_group" "alias" {
  name     = "alias"
  port     = 443
  protocol = "HTTPS"
  vpc_id   = "vpc-0a1b2c3d"
}

resource "aws_alb_target_group_attachment" "alias" {
  target_group_arn = aws_alb_target_group.alias.arn
  target_id        = "i-0123456789abcdef0"
}

resource "aws_elb" "plain" {
  name               = "classic"
  availability_zones = ["eu-west-1a"]
  listener {
    instance_port     = 8080
    instance_protocol = "http"
    lb_port           = 80
    lb_protocol       = "http"
  }
}

resource "aws_elb" "tls" {
  name     = "classic-tls"
  internal = true
  subnets  = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  listener {
    instance_port      = 8443
    instance_protocol  = "https"
    lb_port            = 443
    lb_protocol        = "HTTPS"
    ssl_certificate_id = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
  access_logs {
    bucket = "lb-logs"
  }
}

resource "aws_lb_ssl_negotiation_policy" "tls12" {
  name          = "tls12"
  load_balancer = aws_elb.tls.id
  lb_port       = 443
  attribute {
    name  = "Reference-Security-Policy"
    value = "ELBSecurityPolicy-TLS-1-2-2017-01"
  }
}

resource "aws_elb_attachment" "one" {
  elb      = aws_elb.tls.id
  instance = "i-0123456789abcdef0"
}

resource "aws_elb" "forgotten" {
  name               = "classic-old"
  availability_zones = ["eu-west-1a", "eu-west-1b"]
  listener {
    instance_port     = 8443
    instance_protocol = "ssl"
    lb_port           = 443
    lb_protocol       = "ssl"
  }
}

resource "aws_load_balancer_policy" "own" {
  load_balancer_name = aws_elb.forgotten.name
  policy_name        = "own"
  policy_type_name   = "SSLNegotiationPolicyType"
  policy_attribute {
    name  = "Protocol-TLSv1.1"
    value = "true"
  }
  policy_attribute {
    name  = "Protocol-TLSv1.2"
    value = "true"
  }
}

resource "aws_alb" "alias_good" {
  name                       = "alias-good"
  internal                   = true
  subnets                    = ["subnet-0a1b2c3d"]
  enable_deletion_protection = true
  drop_invalid_header_fields = true
  access_logs {
    bucket  = "lb-logs"
    enabled = true
  }
}

resource "aws_alb_listener" "alias_tls" {
  load_balancer_arn = aws_alb.alias_good.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS-1-2-2017-01"
  default_action {
    type             = "forward"
    target_group_arn = aws_alb_target_group.alias_plain.arn
  }
}

resource "aws_alb_listener" "alias_plain" {
  load_balancer_arn = aws_alb.alias.arn
  port              = 8080
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_alb_target_group.alias_plain.arn
  }
}

resource "aws_alb_target_group" "alias_plain" {
  name     = "alias-plain"
  port     = 80
  protocol = "HTTP"
  vpc_id   = "vpc-0a1b2c3d"
  health_check {
    enabled = false
  }
}

resource "aws_lb_listener" "says_no_protocol" {
  load_balancer_arn = aws_lb.bad.arn
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.plain.arn
  }
}
