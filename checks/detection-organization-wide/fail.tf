resource "aws_guardduty_detector" "main" {
}

resource "aws_guardduty_organization_configuration" "main" {
  detector_id                      = aws_guardduty_detector.main.id
  auto_enable_organization_members = "NONE"
}

resource "aws_securityhub_organization_configuration" "main" {
  auto_enable = false
}

resource "aws_macie2_organization_configuration" "main" {
  auto_enable = false
}
