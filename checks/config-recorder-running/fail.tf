resource "aws_config_configuration_recorder" "stopped" {
  name     = "stopped"
  role_arn = "arn:aws:iam::123456789012:role/config"
}

resource "aws_config_configuration_recorder_status" "stopped" {
  name       = aws_config_configuration_recorder.stopped.name
  is_enabled = false
}

resource "aws_config_configuration_recorder" "some" {
  name     = "some"
  role_arn = "arn:aws:iam::123456789012:role/config"
  recording_group {
    all_supported  = false
    resource_types = ["AWS::EC2::Instance"]
  }
}

resource "aws_config_configuration_recorder_status" "some" {
  name       = aws_config_configuration_recorder.some.name
  is_enabled = true
}

# Made, but never started.
resource "aws_config_configuration_recorder" "forgotten" {
  name     = "forgotten"
  role_arn = "arn:aws:iam::123456789012:role/config"
}
