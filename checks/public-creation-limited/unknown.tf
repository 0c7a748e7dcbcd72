variable "wanted" {
  type = bool
}

resource "github_organization_settings" "all" {
  billing_email = "billing@rootstock.example"
  members_can_create_public_repositories = var.wanted
}
