resource "google_iam_workload_identity_pool" "ci" {
  workload_identity_pool_id = "ci"
}

resource "google_iam_workload_identity_pool_provider" "scoped" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.ci.workload_identity_pool_id
  workload_identity_pool_provider_id = "scoped"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  attribute_condition                = "assertion.repository == 'acme/shop'"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_iam_workload_identity_pool_provider" "open" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.ci.workload_identity_pool_id
  workload_identity_pool_provider_id = "open"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_iam_workload_identity_pool_provider" "aws" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.ci.workload_identity_pool_id
  workload_identity_pool_provider_id = "aws"
  aws {
    account_id = "111122223333"
  }
}

resource "google_iam_workforce_pool" "people" {
  workforce_pool_id = "people"
  parent            = "organizations/1234567890"
  location          = "global"
}

resource "google_iam_workforce_pool_provider" "okta" {
  workforce_pool_id = google_iam_workforce_pool.people.workforce_pool_id
  location          = "global"
  provider_id       = "okta"
  attribute_mapping = { "google.subject" = "assertion.sub" }
  oidc {
    issuer_uri = "https://acme.okta.example"
    client_id  = "demarc"
    client_secret {
      value {
        plain_text = "Tr0ub4dor-and-3-more"
      }
    }
  }
}

resource "google_iam_workforce_pool_provider" "saml" {
  workforce_pool_id = google_iam_workforce_pool.people.workforce_pool_id
  location          = "global"
  provider_id       = "saml"
  saml {
    idp_metadata_xml = "<EntityDescriptor/>"
  }
}

resource "google_iam_oauth_client" "console" {
  oauth_client_id       = "console"
  location              = "global"
  allowed_grant_types   = ["AUTHORIZATION_CODE_GRANT"]
  allowed_redirect_uris = ["https://console.example.com/callback"]
  allowed_scopes        = ["https://www.googleapis.com/auth/cloud-platform"]
}

resource "google_iam_workload_identity_pool_iam_member" "ci" {
  workload_identity_pool_id = google_iam_workload_identity_pool.ci.workload_identity_pool_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_iam_workload_identity_pool_iam_binding" "ci" {
  workload_identity_pool_id = google_iam_workload_identity_pool.ci.workload_identity_pool_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_iam_workload_identity_pool_iam_policy" "ci" {
  workload_identity_pool_id = google_iam_workload_identity_pool.ci.workload_identity_pool_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_iam_workforce_pool_iam_member" "people" {
  workforce_pool_id = google_iam_workforce_pool.people.workforce_pool_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_iam_workforce_pool_iam_binding" "people" {
  workforce_pool_id = google_iam_workforce_pool.people.workforce_pool_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_iam_workforce_pool_iam_policy" "people" {
  workforce_pool_id = google_iam_workforce_pool.people.workforce_pool_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
