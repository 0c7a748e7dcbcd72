resource "google_secret_manager_secret" "good" {
  secret_id           = "orders-db"
  deletion_protection = true
  replication {
    auto {
      customer_managed_encryption {
        kms_key_name = "projects/acme/locations/global/keyRings/data/cryptoKeys/secrets"
      }
    }
  }
  rotation {
    rotation_period    = "2592000s"
    next_rotation_time = "2026-12-24T00:00:00Z"
  }
  topics {
    name = "projects/acme/topics/rotate"
  }
}

resource "google_secret_manager_secret_version" "good" {
  secret                 = google_secret_manager_secret.good.id
  secret_data_wo         = "from elsewhere"
  secret_data_wo_version = 1
}

resource "google_secret_manager_secret" "bad" {
  secret_id = "mail"
  replication {
    user_managed {
      replicas {
        location = "europe-west1"
      }
    }
  }
}

resource "google_secret_manager_secret_version" "bad" {
  secret      = google_secret_manager_secret.bad.id
  secret_data = "Tr0ub4dor-and-3-more"
}

resource "google_secret_manager_regional_secret" "good" {
  secret_id           = "regional"
  location            = "europe-west1"
  deletion_protection = true
  customer_managed_encryption {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/secrets"
  }
  rotation {
    rotation_period    = "2592000s"
    next_rotation_time = "2026-12-24T00:00:00Z"
  }
}

resource "google_secret_manager_regional_secret_version" "good" {
  secret                 = google_secret_manager_regional_secret.good.id
  secret_data_wo         = "from elsewhere"
  secret_data_wo_version = 1
}

resource "google_secret_manager_regional_secret" "bad" {
  secret_id = "regional-bad"
  location  = "europe-west1"
}

resource "google_secret_manager_regional_secret_version" "bad" {
  secret      = google_secret_manager_regional_secret.bad.id
  secret_data = "Tr0ub4dor-and-3-more"
}

resource "google_parameter_manager_parameter" "app" {
  parameter_id = "app"
  kms_key      = "projects/acme/locations/global/keyRings/data/cryptoKeys/parameters"
}

resource "google_parameter_manager_parameter_version" "app" {
  parameter            = google_parameter_manager_parameter.app.id
  parameter_version_id = "v1"
  parameter_data       = "colour=green"
}

resource "google_parameter_manager_parameter" "plain" {
  parameter_id = "plain"
}

resource "google_parameter_manager_regional_parameter" "app" {
  parameter_id = "app"
  location     = "europe-west1"
  kms_key      = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/parameters"
}

resource "google_parameter_manager_regional_parameter_version" "app" {
  parameter            = google_parameter_manager_regional_parameter.app.id
  parameter_version_id = "v1"
  parameter_data       = jsonencode({ password = "Tr0ub4dor-and-3-more" })
}

resource "google_parameter_manager_regional_parameter" "plain" {
  parameter_id = "plain"
  location     = "europe-west1"
}

resource "google_secret_manager_secret_iam_member" "good" {
  secret_id = google_secret_manager_secret.good.secret_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_secret_manager_secret_iam_binding" "good" {
  secret_id = google_secret_manager_secret.good.secret_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_secret_manager_secret_iam_policy" "good" {
  secret_id = google_secret_manager_secret.good.secret_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_secret_manager_regional_secret_iam_member" "good" {
  secret_id = google_secret_manager_regional_secret.good.secret_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_secret_manager_regional_secret_iam_binding" "good" {
  secret_id = google_secret_manager_regional_secret.good.secret_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_secret_manager_regional_secret_iam_policy" "good" {
  secret_id = google_secret_manager_regional_secret.good.secret_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
