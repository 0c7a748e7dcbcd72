pipelines = {
  storefront = {
    branch     = "main"
    policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"
  }

  warehouse-tools = {
    policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    bounded    = false
  }
}
