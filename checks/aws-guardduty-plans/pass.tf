resource "aws_guardduty_detector" "plain" {
}

resource "aws_guardduty_detector" "more" {
}

resource "aws_guardduty_detector_feature" "runtime" {
  detector_id = aws_guardduty_detector.more.id
  name        = "RUNTIME_MONITORING"
  status      = "ENABLED"
}
