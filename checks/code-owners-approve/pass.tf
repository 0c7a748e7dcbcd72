resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
}

resource "github_branch_protection" "shop" {
  repository_id = github_repository.shop.node_id
  pattern       = "main"
  required_pull_request_reviews {
    require_code_owner_reviews = true
  }
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
    pull_request {
      require_code_owner_review = true
    }
  }
}
