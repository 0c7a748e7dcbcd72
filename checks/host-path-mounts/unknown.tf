variable "volumes" {
  type = map(string)
}

resource "aws_ecs_task_definition" "agent" {
  family                = "agent"
  container_definitions = jsonencode([{ name = "agent", image = "agent:3" }])
  dynamic "volume" {
    for_each = var.volumes
    content {
      name      = volume.key
      host_path = volume.value
    }
  }
}
