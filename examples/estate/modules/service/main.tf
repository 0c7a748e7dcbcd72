data "aws_region" "current" {}

locals {
  on_fargate = var.launch_type == "FARGATE"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/service/${var.name}"
  retention_in_days = 365
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = [var.launch_type]
  network_mode             = var.launch_type == "EXTERNAL" ? "bridge" : "awsvpc"
  cpu                      = 512
  memory                   = 1024
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn

  container_definitions = templatefile("${path.module}/templates/container.json.tftpl", {
    name        = var.name
    image       = var.image
    port        = var.port
    environment = var.environment
    secrets     = var.secrets
    log_group   = aws_cloudwatch_log_group.this.name
    region      = data.aws_region.current.region
  })
}

resource "aws_ecs_service" "this" {
  name                   = var.name
  cluster                = var.cluster_arn
  task_definition        = aws_ecs_task_definition.this.arn
  desired_count          = var.replicas
  launch_type            = var.launch_type
  platform_version       = local.on_fargate ? var.platform_version : null
  enable_execute_command = var.shell

  dynamic "network_configuration" {
    for_each = var.launch_type == "EXTERNAL" ? [] : [var.subnet_ids]
    content {
      subnets          = network_configuration.value
      security_groups  = [aws_security_group.this.id]
      assign_public_ip = false
    }
  }

  dynamic "load_balancer" {
    for_each = aws_lb_target_group.this
    content {
      target_group_arn = load_balancer.value.arn
      container_name   = var.name
      container_port   = var.port
    }
  }
}

resource "aws_lb_target_group" "this" {
  count = var.listener_arn == null ? 0 : 1

  name        = var.name
  port        = var.port
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = var.vpc_id

  health_check {
    path = "/healthz"
  }
}

resource "aws_lb_listener_rule" "this" {
  count = var.listener_arn == null ? 0 : 1

  listener_arn = var.listener_arn

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[0].arn
  }

  condition {
    path_pattern {
      values = var.paths
    }
  }
}

resource "aws_security_group" "this" {
  name        = "service-${var.name}"
  description = "Containers of ${var.name}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "front" {
  security_group_id            = aws_security_group.this.id
  description                  = "Requests from the front"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = var.front_group_id
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "Provider services and partners"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
