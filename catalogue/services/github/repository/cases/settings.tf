resource "random_password" "token" {
  length = 40
}

resource "github_repository_deploy_key" "reads" {
  repository = "shop"
  title      = "mirror"
  key        = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleEx"
}

resource "github_repository_deploy_key" "writes" {
  repository = "shop"
  title      = "release"
  key        = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleEx"
  read_only  = false
}

resource "github_repository_webhook" "good" {
  repository = "shop"
  events     = ["push"]
  configuration {
    url    = "https://hooks.rootstock.example/github"
    secret = "s-${random_password.token.result}"
  }
}

resource "github_repository_webhook" "bad" {
  repository = "shop"
  events     = ["push"]
  configuration {
    url          = "http://hooks.rootstock.example/github"
    insecure_ssl = true
  }
}

resource "github_repository_environment" "production" {
  repository        = "shop"
  environment       = "production"
  can_admins_bypass = false
  reviewers {
    teams = [17]
  }
}

resource "github_repository_environment" "staging" {
  repository  = "shop"
  environment = "staging"
}

resource "github_actions_secret" "sealed" {
  repository      = "shop"
  secret_name     = "TOKEN"
  encrypted_value = "c2VhbGVkIGJveA=="
}

resource "github_actions_secret" "open" {
  repository      = "shop"
  secret_name     = "TOKEN_OLD"
  plaintext_value = "s-${random_password.token.result}"
}

resource "github_actions_environment_secret" "sealed" {
  repository      = "shop"
  environment     = "production"
  secret_name     = "TOKEN"
  encrypted_value = "c2VhbGVkIGJveA=="
}

resource "github_actions_environment_secret" "open" {
  repository      = "shop"
  environment     = "production"
  secret_name     = "TOKEN_OLD"
  plaintext_value = "s-${random_password.token.result}"
}

resource "github_dependabot_secret" "sealed" {
  repository      = "shop"
  secret_name     = "TOKEN"
  encrypted_value = "c2VhbGVkIGJveA=="
}

resource "github_dependabot_secret" "open" {
  repository      = "shop"
  secret_name     = "TOKEN_OLD"
  plaintext_value = "s-${random_password.token.result}"
}

resource "github_codespaces_secret" "sealed" {
  repository      = "shop"
  secret_name     = "TOKEN"
  encrypted_value = "c2VhbGVkIGJveA=="
}

resource "github_codespaces_secret" "open" {
  repository      = "shop"
  secret_name     = "TOKEN_OLD"
  plaintext_value = "s-${random_password.token.result}"
}

resource "github_actions_variable" "region" {
  repository    = "shop"
  variable_name = "REGION"
  value         = "eu-central-1"
}

resource "github_actions_environment_variable" "region" {
  repository    = "shop"
  environment   = "production"
  variable_name = "REGION"
  value         = "eu-central-1"
}
