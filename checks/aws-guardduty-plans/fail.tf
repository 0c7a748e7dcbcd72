resource "aws_guardduty_detector" "less" {
}

resource "aws_guardduty_detector_feature" "objects" {
  detector_id = aws_guardduty_detector.less.id
  name        = "S3_DATA_EVENTS"
  status      = "DISABLED"
}

resource "aws_guardduty_detector" "old_style" {
  datasources {
    kubernetes {
      audit_logs {
        enable = false
      }
    }
  }
}
