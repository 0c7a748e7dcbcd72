variable "wanted" {
  type = bool
}

resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
}

resource "github_branch_protection" "shop" {
  repository_id = github_repository.shop.node_id
  pattern       = "main"
  enforce_admins = var.wanted
}

resource "github_repository" "elsewhere" {
  name       = "elsewhere"
  visibility = "private"
}
