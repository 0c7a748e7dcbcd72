resource "aws_guardduty_detector" "other" {
  enable = false
}
