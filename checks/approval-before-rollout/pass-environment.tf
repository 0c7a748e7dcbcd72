resource "github_repository_environment" "production" {
  environment = "production"
  repository  = "shop"
  reviewers {
    teams = [1047]
  }
}
