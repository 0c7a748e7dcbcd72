resource "aws_guardduty_detector" "main" {
  enable = true
}

resource "aws_macie2_account" "main" {
  status = "ENABLED"
}
