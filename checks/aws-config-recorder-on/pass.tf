resource "aws_config_configuration_recorder" "other" {
  name     = "all"
  role_arn = "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}

resource "aws_config_configuration_recorder_status" "other" {
  name       = aws_config_configuration_recorder.other.name
  is_enabled = true
}
