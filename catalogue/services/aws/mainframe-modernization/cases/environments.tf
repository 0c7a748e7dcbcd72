resource "aws_m2_environment" "good" {
  name                         = "good"
  engine_type                  = "bluage"
  engine_version               = "3.7.0"
  instance_type                = "M2.m5.large"
  kms_key_id                   = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  subnet_ids                   = ["subnet-1", "subnet-2"]
  preferred_maintenance_window = "sun:23:45-mon:00:15"

  high_availability_config {
    desired_capacity = 2
  }
}

resource "aws_m2_environment" "plain" {
  name                = "plain"
  engine_type         = "microfocus"
  instance_type       = "M2.m5.large"
  publicly_accessible = true
}

resource "aws_m2_application" "good" {
  name        = "good"
  engine_type = "bluage"
  kms_key_id  = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  definition {
    content = "{}"
  }
}

resource "aws_m2_deployment" "good" {
  application_id      = aws_m2_application.good.application_id
  environment_id      = aws_m2_environment.good.environment_id
  application_version = 1
  start               = true
}

resource "aws_m2_application" "plain" {
  name        = "plain"
  engine_type = "bluage"
}
