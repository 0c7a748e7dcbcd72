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
  dynamic "required_status_checks" {
    for_each = var.wanted ? [1] : []
    content {
      strict   = true
      contexts = ["build"]
    }
  }
}

resource "github_repository" "elsewhere" {
  name       = "elsewhere"
  visibility = "private"
}
