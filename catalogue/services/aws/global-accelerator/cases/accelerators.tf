resource "aws_globalaccelerator_accelerator" "logged" {
  name = "logged"
  attributes {
    flow_logs_enabled   = true
    flow_logs_s3_bucket = "flow-logs"
  }
}

resource "aws_globalaccelerator_listener" "logged" {
  accelerator_arn = aws_globalaccelerator_accelerator.logged.arn
  protocol        = "TCP"
  port_range {
    from_port = 443
    to_port   = 443
  }
}

resource "aws_globalaccelerator_endpoint_group" "logged" {
  listener_arn = aws_globalaccelerator_listener.logged.arn
  endpoint_configuration {
    endpoint_id = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/0123456789abcdef"
  }
}

resource "aws_globalaccelerator_accelerator" "plain" {
  name = "plain"
}

resource "aws_globalaccelerator_custom_routing_accelerator" "logged" {
  name = "custom"
  attributes {
    flow_logs_enabled   = true
    flow_logs_s3_bucket = "flow-logs"
  }
}

resource "aws_globalaccelerator_custom_routing_listener" "logged" {
  accelerator_arn = aws_globalaccelerator_custom_routing_accelerator.logged.arn
  port_range {
    from_port = 5000
    to_port   = 6000
  }
}

resource "aws_globalaccelerator_custom_routing_endpoint_group" "logged" {
  listener_arn = aws_globalaccelerator_custom_routing_listener.logged.arn
  destination_configuration {
    from_port = 443
    to_port   = 443
    protocols = ["TCP"]
  }
}

resource "aws_globalaccelerator_custom_routing_accelerator" "plain" {
  name = "custom-plain"
}
