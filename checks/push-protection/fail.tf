resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
  security_and_analysis {
    secret_scanning_push_protection {
      status = "disabled"
    }
  }
}

resource "github_organization_settings" "all" {
  billing_email = "billing@rootstock.example"
}
