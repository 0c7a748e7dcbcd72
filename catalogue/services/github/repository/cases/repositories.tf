resource "github_repository" "good" {
  name                 = "shop"
  visibility           = "private"
  vulnerability_alerts = true
  security_and_analysis {
    secret_scanning {
      status = "enabled"
    }
    secret_scanning_push_protection {
      status = "enabled"
    }
  }
}

resource "github_branch_protection" "good" {
  repository_id                   = github_repository.good.node_id
  pattern                         = "main"
  enforce_admins                  = true
  require_conversation_resolution = true
  require_signed_commits          = true
  required_pull_request_reviews {
    dismiss_stale_reviews      = true
    require_code_owner_reviews = true
  }
  required_status_checks {
    strict = true
  }
}

resource "github_branch_protection" "releases" {
  repository_id       = github_repository.good.node_id
  pattern             = "release/*"
  allows_force_pushes = true
}

resource "github_actions_repository_permissions" "good" {
  repository      = github_repository.good.name
  allowed_actions = "local_only"
}

resource "github_workflow_repository_permissions" "good" {
  repository                   = github_repository.good.name
  default_workflow_permissions = "read"
}

resource "github_repository" "bad" {
  name                 = "old-shop"
  vulnerability_alerts = false
  security_and_analysis {
    secret_scanning {
      status = "disabled"
    }
    secret_scanning_push_protection {
      status = "disabled"
    }
  }
}

resource "github_branch_protection" "bad" {
  repository_id       = github_repository.bad.node_id
  pattern             = "main"
  allows_force_pushes = true
  allows_deletions    = true
}

resource "github_actions_repository_permissions" "bad" {
  repository = github_repository.bad.name
}

resource "github_workflow_repository_permissions" "bad" {
  repository                   = github_repository.bad.name
  default_workflow_permissions = "write"
}

resource "github_repository" "classic" {
  name       = "classic"
  visibility = "internal"
}

resource "github_branch_protection_v3" "classic" {
  repository                      = github_repository.classic.name
  branch                          = "main"
  enforce_admins                  = true
  require_conversation_resolution = true
  require_signed_commits          = true
  required_pull_request_reviews {
    dismiss_stale_reviews           = true
    require_code_owner_reviews      = true
    required_approving_review_count = 2
  }
  required_status_checks {
    strict = true
  }
}

resource "github_repository" "lax" {
  name       = "lax"
  visibility = "private"
}

resource "github_branch_protection_v3" "lax" {
  repository = github_repository.lax.name
  branch     = "main"
}

resource "github_repository" "ruled" {
  name       = "ruled"
  visibility = "private"
}

resource "github_repository_ruleset" "ruled" {
  repository  = github_repository.ruled.name
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
    deletion            = true
    non_fast_forward    = true
    required_signatures = true
    pull_request {
      required_approving_review_count   = 1
      dismiss_stale_reviews_on_push     = true
      require_code_owner_review         = true
      required_review_thread_resolution = true
    }
    required_status_checks {
      required_check {
        context = "build"
      }
    }
  }
}

resource "github_repository" "loose" {
  name       = "loose"
  visibility = "private"
}

resource "github_repository_ruleset" "loose" {
  repository  = github_repository.loose.name
  name        = "main"
  target      = "branch"
  enforcement = "active"
  bypass_actors {
    actor_id    = 5
    actor_type  = "RepositoryRole"
    bypass_mode = "always"
  }
  conditions {
    ref_name {
      include = ["~DEFAULT_BRANCH"]
      exclude = []
    }
  }
  rules {
    creation = true
  }
}

resource "github_repository" "trial" {
  name       = "trial"
  visibility = "private"
}

resource "github_repository_ruleset" "trial" {
  repository  = github_repository.trial.name
  name        = "main"
  target      = "branch"
  enforcement = "evaluate"
  conditions {
    ref_name {
      include = ["~DEFAULT_BRANCH"]
      exclude = []
    }
  }
  rules {
    deletion = true
  }
}
