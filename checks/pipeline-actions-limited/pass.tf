resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
}

resource "github_actions_repository_permissions" "shop" {
  repository      = github_repository.shop.name
  allowed_actions = "selected"
}

resource "github_actions_organization_permissions" "all" {
  enabled_repositories = "all"
  allowed_actions      = "local_only"
}
