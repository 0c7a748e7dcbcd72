resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name      = "web"
    image     = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/web:1.4.2"
    essential = true
  }])
}

resource "aws_ecs_task_definition" "named" {
  family = "web"
  container_definitions = jsonencode([{
    name      = "web"
    image     = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/web:1.4.2"
    essential = true
    user      = "root"
  }])
}
