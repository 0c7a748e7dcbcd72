resource "aws_securityhub_account" "this" {
}

resource "aws_securityhub_standards_subscription" "foundational" {
  standards_arn = "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0"
}

resource "aws_securityhub_organization_admin_account" "security" {
  admin_account_id = "444455556666"
}

resource "aws_securityhub_organization_configuration" "central" {
  auto_enable = false
  organization_configuration {
    configuration_type = "CENTRAL"
  }
}

resource "aws_securityhub_organization_configuration" "local" {
  auto_enable = false
}

resource "aws_securityhub_finding_aggregator" "all" {
  linking_mode = "ALL_REGIONS"
}

resource "aws_securityhub_finding_aggregator" "some" {
  linking_mode      = "SPECIFIED_REGIONS"
  specified_regions = ["eu-west-1"]
}

resource "aws_securityhub_configuration_policy" "on" {
  name = "on"
  configuration_policy {
    service_enabled       = true
    enabled_standard_arns = ["arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0"]
  }
}

resource "aws_securityhub_configuration_policy_association" "on" {
  policy_id = aws_securityhub_configuration_policy.on.id
  target_id = "ou-abcd"
}

resource "aws_securityhub_configuration_policy" "off" {
  name = "off"
  configuration_policy {
    service_enabled = false
  }
}
