resource "aws_ecs_service" "shop" {
  name            = "shop"
  cluster         = "live"
  task_definition = "shop:42"
  launch_type     = "FARGATE"
  network_configuration {
    subnets          = ["subnet-0a1b2c3d4e5f60718"]
    assign_public_ip = true
  }
}

resource "aws_ecs_task_set" "green" {
  service         = "shop"
  cluster         = "live"
  task_definition = "shop:43"
  launch_type     = "FARGATE"
  network_configuration {
    subnets          = ["subnet-0a1b2c3d4e5f60718"]
    assign_public_ip = true
  }
}
