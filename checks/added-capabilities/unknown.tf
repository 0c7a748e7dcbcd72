variable "capabilities" {
  type = list(string)
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name            = "web"
    image           = "web:1.4"
    linuxParameters = { capabilities = { add = var.capabilities } }
  }])
}
