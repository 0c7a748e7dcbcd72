variable "state" {
  type = string
}

resource "aws_ebs_snapshot_block_public_access" "this" {
  state = var.state
}

resource "aws_ssm_service_setting" "sharing" {
  setting_id    = "arn:aws:ssm:eu-central-1:111122223333:servicesetting/ssm/documents/console/public-sharing-permission"
  setting_value = var.state
}
