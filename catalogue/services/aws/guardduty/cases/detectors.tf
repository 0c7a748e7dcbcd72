resource "aws_guardduty_detector" "managed_agent" {
  enable = true
}

resource "aws_guardduty_detector_feature" "managed_agent" {
  detector_id = aws_guardduty_detector.managed_agent.id
  name        = "RUNTIME_MONITORING"
  status      = "ENABLED"

  additional_configuration {
    name   = "EKS_ADDON_MANAGEMENT"
    status = "ENABLED"
  }
}

resource "aws_guardduty_organization_configuration" "all" {
  detector_id                      = aws_guardduty_detector.managed_agent.id
  auto_enable_organization_members = "ALL"
}

resource "aws_guardduty_publishing_destination" "bucket" {
  detector_id     = aws_guardduty_detector.managed_agent.id
  destination_arn = "arn:aws:s3:::findings"
  kms_key_arn     = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_guardduty_detector" "own_agent" {
  datasources {
    s3_logs {
      enable = true
    }
  }
}

resource "aws_guardduty_detector_feature" "own_agent" {
  detector_id = aws_guardduty_detector.own_agent.id
  name        = "RUNTIME_MONITORING"
  status      = "ENABLED"

  additional_configuration {
    name   = "EKS_ADDON_MANAGEMENT"
    status = "DISABLED"
  }
}

resource "aws_guardduty_organization_configuration" "new" {
  detector_id                      = aws_guardduty_detector.own_agent.id
  auto_enable_organization_members = "NEW"
}

resource "aws_guardduty_detector" "off" {
  enable = false
}

resource "aws_guardduty_detector_feature" "off" {
  detector_id = aws_guardduty_detector.off.id
  name        = "RUNTIME_MONITORING"
  status      = "DISABLED"
}

resource "aws_guardduty_malware_protection_plan" "uploads" {
  role = "arn:aws:iam::111122223333:role/malware"

  protected_resource {
    s3_bucket {
      bucket_name = "uploads"
    }
  }
}

resource "aws_guardduty_organization_admin_account" "security" {
  admin_account_id = "444455556666"
}
