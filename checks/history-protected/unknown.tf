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
  allows_force_pushes = var.wanted
}

resource "github_repository" "ledger" {
  name       = "ledger"
  visibility = "private"
}

resource "github_repository_ruleset" "ledger" {
  repository  = github_repository.ledger.name
  name        = "main"
  target      = "branch"
  enforcement = "active"
  conditions {
    ref_name {
      include = ["~DEFAULT_BRANCH"]
      exclude = []
    }
  }
  rules {
    non_fast_forward = var.wanted
  }
}

resource "github_repository" "elsewhere" {
  name       = "elsewhere"
  visibility = "private"
}
