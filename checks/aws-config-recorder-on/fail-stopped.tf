resource "aws_config_configuration_recorder" "other" {
  name     = "stopped"
  role_arn = "arn:aws:iam::123456789012:role/config"
}

resource "aws_config_configuration_recorder_status" "other" {
  name       = aws_config_configuration_recorder.other.name
  is_enabled = false
}
