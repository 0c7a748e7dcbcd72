resource "gitlab_group" "main" {
  name                              = "rootstock"
  path                              = "rootstock"
  require_two_factor_authentication = true
}

resource "gitlab_project" "good" {
  name                                             = "shop"
  visibility_level                                 = "private"
  only_allow_merge_if_pipeline_succeeds            = true
  only_allow_merge_if_all_discussions_are_resolved = true
  push_rules {
    reject_unsigned_commits = true
  }
}

resource "gitlab_branch_protection" "good" {
  project                      = gitlab_project.good.id
  branch                       = "main"
  code_owner_approval_required = true
}

resource "gitlab_project_approval_rule" "good" {
  project            = gitlab_project.good.id
  name               = "anybody else"
  approvals_required = 1
}

resource "gitlab_project" "bad" {
  name             = "old"
  visibility_level = "public"
}

resource "gitlab_branch_protection" "bad" {
  project          = gitlab_project.bad.id
  branch           = "main"
  allow_force_push = true
}

resource "gitlab_project_approval_rule" "bad" {
  project            = gitlab_project.bad.id
  name               = "nobody"
  approvals_required = 0
}

resource "gitlab_deploy_key" "good" {
  project    = "shop"
  title      = "mirror"
  key        = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleEx"
  expires_at = "2027-06-30T00:00:00Z"
}

resource "gitlab_deploy_key" "bad" {
  project  = "shop"
  title    = "release"
  key      = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleEx"
  can_push = true
}

resource "gitlab_deploy_token" "good" {
  project    = "shop"
  name       = "registry"
  scopes     = ["read_registry"]
  expires_at = "2027-06-30T00:00:00.000Z"
}

resource "gitlab_deploy_token" "bad" {
  project = "shop"
  name    = "old registry"
  scopes  = ["read_registry"]
}

resource "random_password" "hook" {
  length = 40
}

resource "gitlab_project_hook" "good" {
  project = "shop"
  url     = "https://hooks.rootstock.example/gitlab"
  token   = "s-${random_password.hook.result}"
}

resource "gitlab_project_hook" "bad" {
  project                 = "shop"
  url                     = "http://hooks.rootstock.example/gitlab"
  enable_ssl_verification = false
}

resource "gitlab_project_variable" "region" {
  project = "shop"
  key     = "REGION"
  value   = "eu-central-1"
}
