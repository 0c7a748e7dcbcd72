resource "aws_config_configuration_recorder" "other" {
  name     = "some"
  role_arn = "arn:aws:iam::123456789012:role/config"
  recording_group {
    all_supported  = false
    resource_types = ["AWS::EC2::Instance", "AWS::S3::Bucket"]
  }
}

resource "aws_config_configuration_recorder_status" "other" {
  name       = aws_config_configuration_recorder.other.name
  is_enabled = true
}
