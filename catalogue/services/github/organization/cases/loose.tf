resource "github_organization_settings" "loose" {
  billing_email                 = "billing@rootstock.example"
  default_repository_permission = "admin"
}

resource "github_actions_organization_permissions" "loose" {
  enabled_repositories = "all"
}

resource "github_actions_organization_workflow_permissions" "loose" {
  organization_slug            = "rootstock"
  default_workflow_permissions = "write"
}
