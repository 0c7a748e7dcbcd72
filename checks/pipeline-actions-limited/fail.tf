resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
}

resource "github_actions_repository_permissions" "shop" {
  repository = github_repository.shop.name
}

resource "github_actions_organization_permissions" "all" {
  enabled_repositories = "all"
  allowed_actions      = "all"
}
