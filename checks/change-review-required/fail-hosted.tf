resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
}

resource "github_branch_protection" "shop" {
  repository_id = github_repository.shop.node_id
  pattern       = "main"
}

resource "gitlab_project" "ledger" {
  name = "ledger"
}

resource "gitlab_project_approval_rule" "ledger" {
  project            = gitlab_project.ledger.id
  name               = "somebody else"
  approvals_required = 0
}
