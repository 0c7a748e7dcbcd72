resource "github_organization_settings" "tight" {
  billing_email                                                = "billing@rootstock.example"
  default_repository_permission                                = "none"
  members_can_create_public_repositories                       = false
  dependabot_alerts_enabled_for_new_repositories               = true
  secret_scanning_enabled_for_new_repositories                 = true
  secret_scanning_push_protection_enabled_for_new_repositories = true
}

resource "github_actions_organization_permissions" "tight" {
  enabled_repositories = "all"
  allowed_actions      = "selected"
  allowed_actions_config {
    github_owned_allowed = true
    verified_allowed     = false
  }
}

resource "github_organization_ruleset" "main" {
  name        = "main branches"
  target      = "branch"
  enforcement = "active"
  conditions {
    ref_name {
      include = ["~DEFAULT_BRANCH"]
      exclude = []
    }
  }
  rules {
    deletion            = true
    non_fast_forward    = true
    required_signatures = true
    pull_request {
      required_approving_review_count = 1
    }
    required_status_checks {
      required_check {
        context = "build"
      }
    }
  }
}

resource "github_organization_ruleset" "trial" {
  name        = "trial"
  target      = "branch"
  enforcement = "evaluate"
  bypass_actors {
    actor_id    = 1
    actor_type  = "OrganizationAdmin"
    bypass_mode = "always"
  }
  rules {
    creation = true
  }
}

resource "random_password" "hook_secret" {
  length = 40
}

resource "github_organization_webhook" "good" {
  events = ["push"]
  configuration {
    url    = "https://hooks.rootstock.example/github"
    secret = "s-${random_password.hook_secret.result}"
  }
}

resource "github_organization_webhook" "bad" {
  events = ["push"]
  configuration {
    url          = "http://hooks.rootstock.example/github"
    insecure_ssl = true
  }
}

resource "github_actions_organization_secret" "sealed" {
  secret_name     = "DEPLOY_TOKEN"
  visibility      = "private"
  encrypted_value = "c2VhbGVkIGJveA=="
}

resource "github_actions_organization_secret" "open" {
  secret_name     = "DEPLOY_TOKEN_OLD"
  visibility      = "all"
  plaintext_value = "s-${random_password.hook_secret.result}"
}

resource "github_dependabot_organization_secret" "sealed" {
  secret_name     = "REGISTRY"
  visibility      = "private"
  encrypted_value = "c2VhbGVkIGJveA=="
}

resource "github_dependabot_organization_secret" "open" {
  secret_name     = "REGISTRY_OLD"
  visibility      = "private"
  plaintext_value = "s-${random_password.hook_secret.result}"
}

resource "github_codespaces_organization_secret" "sealed" {
  secret_name     = "NPM"
  visibility      = "private"
  encrypted_value = "c2VhbGVkIGJveA=="
}

resource "github_codespaces_organization_secret" "open" {
  secret_name     = "NPM_OLD"
  visibility      = "private"
  plaintext_value = "s-${random_password.hook_secret.result}"
}

resource "github_actions_runner_group" "internal" {
  name       = "internal"
  visibility = "all"
}

resource "github_actions_runner_group" "everybody" {
  name                       = "everybody"
  visibility                 = "all"
  allows_public_repositories = true
}

resource "github_membership" "ada" {
  username = "ada"
  role     = "member"
}

resource "github_team" "platform" {
  name = "platform"
}
