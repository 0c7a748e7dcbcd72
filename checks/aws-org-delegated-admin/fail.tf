resource "aws_organizations_delegated_administrator" "licences" {
  account_id        = "210987654321"
  service_principal = "license-manager.amazonaws.com"
}
