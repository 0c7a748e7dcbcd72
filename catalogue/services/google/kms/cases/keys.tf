resource "google_kms_key_ring" "data" {
  name     = "data"
  location = "europe-west1"
}

resource "google_kms_crypto_key" "good" {
  name            = "orders"
  key_ring        = google_kms_key_ring.data.id
  rotation_period = "7776000s"
}

resource "google_kms_crypto_key" "still" {
  name                       = "still"
  key_ring                   = google_kms_key_ring.data.id
  destroy_scheduled_duration = "86400s"
}

resource "google_kms_crypto_key" "signer" {
  name     = "signer"
  key_ring = google_kms_key_ring.data.id
  purpose  = "ASYMMETRIC_SIGN"
  version_template {
    algorithm        = "EC_SIGN_P256_SHA256"
    protection_level = "HSM"
  }
}

resource "google_kms_crypto_key" "external" {
  name     = "external"
  key_ring = google_kms_key_ring.data.id
  version_template {
    algorithm        = "EXTERNAL_SYMMETRIC_ENCRYPTION"
    protection_level = "EXTERNAL"
  }
}

resource "google_kms_crypto_key" "imported" {
  name        = "imported"
  key_ring    = google_kms_key_ring.data.id
  import_only                   = true
  skip_initial_version_creation = true
}

resource "google_kms_crypto_key_version" "still" {
  crypto_key = google_kms_crypto_key.still.id
  state      = "DISABLED"
}

resource "google_kms_crypto_key_version" "good" {
  crypto_key = google_kms_crypto_key.good.id
}

resource "google_kms_ekm_connection" "vault" {
  name     = "vault"
  location = "europe-west1"
  service_resolvers {
    service_directory_service = "projects/acme/locations/europe-west1/namespaces/ekm/services/vault"
    hostname                  = "vault.example.com"
    server_certificates {
      raw_der = "MIIB"
    }
  }
}

resource "google_kms_autokey_config" "prod" {
  folder      = "123456"
  key_project = "projects/acme-keys"
}

resource "google_kms_key_handle" "bucket" {
  name                   = "bucket"
  location               = "europe-west1"
  resource_type_selector = "storage.googleapis.com/Bucket"
}

resource "google_kms_key_ring_iam_member" "data" {
  key_ring_id = google_kms_key_ring.data.id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_kms_key_ring_iam_binding" "data" {
  key_ring_id = google_kms_key_ring.data.id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_kms_key_ring_iam_policy" "data" {
  key_ring_id = google_kms_key_ring.data.id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_kms_crypto_key_iam_member" "good" {
  crypto_key_id = google_kms_crypto_key.good.id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_kms_crypto_key_iam_binding" "good" {
  crypto_key_id = google_kms_crypto_key.good.id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_kms_crypto_key_iam_policy" "good" {
  crypto_key_id = google_kms_crypto_key.good.id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_kms_ekm_connection_iam_member" "vault" {
  name = google_kms_ekm_connection.vault.id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_kms_ekm_connection_iam_binding" "vault" {
  name = google_kms_ekm_connection.vault.id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_kms_ekm_connection_iam_policy" "vault" {
  name = google_kms_ekm_connection.vault.id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
