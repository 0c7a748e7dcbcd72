variable "pid_mode" {
  type = string
}

resource "aws_ecs_task_definition" "web" {
  family                = "web"
  network_mode          = "awsvpc"
  pid_mode              = var.pid_mode
  container_definitions = jsonencode([{ name = "web", image = "web:1.4" }])
}
