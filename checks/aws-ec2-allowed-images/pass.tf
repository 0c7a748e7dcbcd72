resource "aws_ec2_allowed_images_settings" "enforced" {
  state = "enabled"
  image_criterion {
    image_providers = ["amazon", "123456789012"]
  }
}
