resource "aws_ecs_task_definition" "builder" {
  family                = "builder"
  container_definitions = jsonencode([{ name = "builder", image = "docker:27" }])
  volume {
    name = "scratch"
  }
  volume {
    name      = "socket"
    host_path = "/var/run/docker.sock"
  }
}

resource "aws_ecs_task_definition" "agent" {
  family                = "agent"
  container_definitions = jsonencode([{ name = "agent", image = "agent:3" }])
  volume {
    name      = "root"
    host_path = "/"
  }
}
