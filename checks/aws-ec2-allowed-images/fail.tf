resource "aws_ec2_allowed_images_settings" "watching" {
  state = "audit-mode"
  image_criterion {
    image_providers = ["amazon"]
  }
}
