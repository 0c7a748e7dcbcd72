resource "github_organization_settings" "all" {
  billing_email = "billing@rootstock.example"
}
