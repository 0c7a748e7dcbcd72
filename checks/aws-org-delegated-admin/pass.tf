resource "aws_guardduty_organization_admin_account" "security" {
  admin_account_id = "210987654321"
}

resource "aws_organizations_delegated_administrator" "access_analyzer" {
  account_id        = "210987654321"
  service_principal = "access-analyzer.amazonaws.com"
}
