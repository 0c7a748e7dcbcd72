variable "debug" {
  type = bool
}

resource "aws_ecs_service" "web" {
  name                   = "web"
  cluster                = "main"
  launch_type            = "FARGATE"
  task_definition        = "web:3"
  enable_execute_command = var.debug
}
