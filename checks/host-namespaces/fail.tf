resource "aws_ecs_task_definition" "web" {
  family                = "web"
  pid_mode              = "host"
  container_definitions = jsonencode([{ name = "web", image = "web:1.4" }])
}
