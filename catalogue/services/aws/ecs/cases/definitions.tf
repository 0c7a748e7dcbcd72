resource "aws_ecs_task_definition" "good" {
  family             = "good"
  network_mode       = "awsvpc"
  memory             = 512
  task_role_arn      = "arn:aws:iam::111122223333:role/task"
  execution_role_arn = "arn:aws:iam::111122223333:role/exec"
  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    user                   = "1000"
    readonlyRootFilesystem = true
    environment            = [{ name = "STAGE", value = "prod" }]
    secrets                = [{ name = "DB_PASSWORD", valueFrom = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db" }]
    logConfiguration       = { logDriver = "awslogs", options = { "awslogs-group" = "/ecs/app" } }
  }])
  volume {
    name = "shared"
    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "ENABLED"
    }
  }
}

resource "aws_ecs_task_definition" "bad" {
  family       = "bad"
  network_mode = "host"
  container_definitions = jsonencode([{
    name        = "app"
    image       = "nginx:latest"
    privileged  = true
    linuxParameters = {
      capabilities = { add = ["SYS_PTRACE", "NET_ADMIN"] }
    }
    environment = [{ name = "AWS_SECRET_ACCESS_KEY", value = "Zq3kT8vXw1LmN5pR7sBdF9hJ2yGcA4eU6iOtYrKw" }]
  }])
  volume {
    name = "shared"
    efs_volume_configuration {
      file_system_id = "fs-0123456789abcdef0"
    }
  }
  volume {
    name      = "socket"
    host_path = "/var/run/docker.sock"
  }
}

variable "definitions" {
  type = string
}

resource "aws_ecs_task_definition" "variable" {
  family                = "variable"
  container_definitions = var.definitions
}
