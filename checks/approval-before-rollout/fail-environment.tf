resource "github_repository_environment" "production" {
  environment = "production"
  repository  = "shop"
  deployment_branch_policy {
    protected_branches     = true
    custom_branch_policies = false
  }
}
