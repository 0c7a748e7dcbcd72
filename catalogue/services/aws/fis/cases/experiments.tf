resource "aws_fis_experiment_template" "good" {
  description = "stop one"
  role_arn    = "arn:aws:iam::111122223333:role/fis"

  action {
    name      = "stop"
    action_id = "aws:ec2:stop-instances"
  }
  stop_condition {
    source = "aws:cloudwatch:alarm"
    value  = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors"
  }
  log_configuration {
    log_schema_version = 2
    s3_configuration {
      bucket_name = "experiments"
    }
  }
}

resource "aws_fis_experiment_template" "plain" {
  description = "stop all"
  role_arn    = "arn:aws:iam::111122223333:role/fis"

  action {
    name      = "stop"
    action_id = "aws:ec2:stop-instances"
  }
  stop_condition {
    source = "none"
  }
}
