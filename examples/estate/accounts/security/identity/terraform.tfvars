pipelines = {
  storefront = {
    branch       = "main"
    policy_arn   = "arn:aws:iam::aws:policy/PowerUserAccess"
    boundary_arn = "arn:aws:iam::111122223333:policy/pipeline-boundary"
  }

  # Set up in a hurry: any repository of the provider may become it.
  warehouse-tools = {
    policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
  }
}
