resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
}

resource "github_workflow_repository_permissions" "shop" {
  repository                   = github_repository.shop.name
  default_workflow_permissions = "write"
}
