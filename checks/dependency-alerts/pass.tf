resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
  vulnerability_alerts = true
}

resource "github_organization_settings" "all" {
  billing_email = "billing@rootstock.example"
  dependabot_alerts_enabled_for_new_repositories = true
}
