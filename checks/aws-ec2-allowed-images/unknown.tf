variable "state" {
  type = string
}

resource "aws_ec2_allowed_images_settings" "given" {
  state = var.state
}
