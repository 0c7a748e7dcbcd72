variable "enabled" {
  type = bool
}

resource "aws_guardduty_detector" "other" {
  enable = var.enabled
}
