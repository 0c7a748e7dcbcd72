resource "aws_ec2_instance_metadata_defaults" "this" {}

resource "aws_ec2_serial_console_access" "this" {}

resource "aws_ec2_image_block_public_access" "this" {
  state = "unblocked"
}

resource "aws_ec2_allowed_images_settings" "this" {
  state = "audit-mode"
}
