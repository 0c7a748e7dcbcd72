resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([
    { name = "web", image = "web:1.4", readonlyRootFilesystem = true },
    { name = "log", image = "log:3" },
  ])
}
