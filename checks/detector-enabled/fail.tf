resource "aws_guardduty_detector" "main" {
  enable = false
}

resource "aws_macie2_account" "main" {
  status = "PAUSED"
}
