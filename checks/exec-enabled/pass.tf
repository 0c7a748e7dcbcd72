resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = "main"
  launch_type     = "FARGATE"
  task_definition = "web:3"
}
