resource "aws_guardduty_detector" "other" {
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}
