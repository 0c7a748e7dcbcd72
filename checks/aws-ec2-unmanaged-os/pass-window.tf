resource "aws_ssm_maintenance_window" "night" {
  name     = "night"
  schedule = "cron(0 3 ? * SUN *)"
  duration = 3
  cutoff   = 1
}

resource "aws_ssm_maintenance_window_target" "web" {
  window_id     = aws_ssm_maintenance_window.night.id
  resource_type = "INSTANCE"
  targets {
    key    = "InstanceIds"
    values = [aws_instance.web.id]
  }
}

resource "aws_ssm_maintenance_window_task" "patch" {
  window_id = aws_ssm_maintenance_window.night.id
  task_type = "RUN_COMMAND"
  task_arn  = "AWS-RunPatchBaseline"
  targets {
    key    = "WindowTargetIds"
    values = [aws_ssm_maintenance_window_target.web.id]
  }
}

resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
}
