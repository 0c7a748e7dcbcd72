resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
  security_and_analysis {
    secret_scanning_push_protection {
      status = "enabled"
    }
  }
}

resource "github_organization_settings" "all" {
  billing_email = "billing@rootstock.example"
  secret_scanning_push_protection_enabled_for_new_repositories = true
}
