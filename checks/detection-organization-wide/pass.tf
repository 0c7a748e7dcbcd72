resource "aws_guardduty_detector" "main" {
}

resource "aws_guardduty_organization_configuration" "main" {
  detector_id                      = aws_guardduty_detector.main.id
  auto_enable_organization_members = "ALL"
}

resource "aws_securityhub_organization_configuration" "main" {
  auto_enable = true
}

resource "aws_macie2_organization_configuration" "main" {
  auto_enable = true
}
