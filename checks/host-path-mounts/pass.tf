resource "aws_ecs_task_definition" "web" {
  family                = "web"
  container_definitions = jsonencode([{ name = "web", image = "web:1.4" }])
  volume {
    name = "scratch"
  }
}

resource "aws_ecs_task_definition" "files" {
  family                = "files"
  container_definitions = jsonencode([{ name = "files", image = "files:1.4" }])
  volume {
    name = "shared"
    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "ENABLED"
    }
  }
}
