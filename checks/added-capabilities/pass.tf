resource "aws_ecs_task_definition" "web" {
  family                = "web"
  container_definitions = jsonencode([{ name = "web", image = "web:1.4" }])
}

resource "aws_ecs_task_definition" "proxy" {
  family = "proxy"
  container_definitions = jsonencode([{
    name            = "proxy"
    image           = "proxy:2"
    linuxParameters = { capabilities = { add = ["NET_BIND_SERVICE"], drop = ["ALL"] } }
  }])
}
