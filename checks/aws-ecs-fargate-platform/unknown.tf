variable "platform" {
  type = string
}

resource "aws_ecs_service" "shop" {
  name             = "shop"
  cluster          = "live"
  task_definition  = "shop:42"
  launch_type      = "FARGATE"
  platform_version = var.platform
  network_configuration {
    subnets = ["subnet-0a1b2c3d4e5f60718"]
  }
}
