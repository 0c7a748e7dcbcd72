resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
  vulnerability_alerts = false
}

resource "github_organization_settings" "all" {
  billing_email = "billing@rootstock.example"
}
