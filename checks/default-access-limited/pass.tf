resource "github_organization_settings" "all" {
  billing_email = "billing@rootstock.example"
  default_repository_permission = "read"
}
