variable "stop" {
  type = string
}

resource "aws_fis_experiment_template" "zone" {
  description = "lose a zone"
  role_arn    = "arn:aws:iam::123456789012:role/experiments"
  action {
    name      = "stop"
    action_id = "aws:ec2:stop-instances"
  }
  stop_condition {
    source = var.stop
  }
}
