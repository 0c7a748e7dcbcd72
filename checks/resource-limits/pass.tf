resource "aws_ecs_task_definition" "web" {
  family                = "web"
  cpu                   = 256
  memory                = 512
  container_definitions = jsonencode([{ name = "web", image = "web:1.4", memory = 512 }])
}
