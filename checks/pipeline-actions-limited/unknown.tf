variable "status" {
  type = string
}

resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
}

resource "github_actions_repository_permissions" "shop" {
  repository      = github_repository.shop.name
  allowed_actions = var.status
}
