resource "google_artifact_registry_repository" "good" {
  repository_id = "shop"
  format = "DOCKER"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  docker_config {
    immutable_tags = true
  }
  cleanup_policies {
    id = "old"
    action = "DELETE"
  }
}

resource "google_artifact_registry_repository" "bad" {
  repository_id = "lab"
  format = "DOCKER"
  vulnerability_scanning_config {
    enablement_config = "DISABLED"
  }
}

resource "google_container_registry" "good" {
  location = "EU"
}

resource "google_container_analysis_note" "good" {
  name = "attested"
}

resource "google_binary_authorization_policy" "good" {
  default_admission_rule {
    evaluation_mode = "REQUIRE_ATTESTATION"
    enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  }
}

resource "google_binary_authorization_policy" "bad" {
  default_admission_rule {
    evaluation_mode = "ALWAYS_ALLOW"
    enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  }
}

resource "google_binary_authorization_attestor" "good" {
  name = "builder"
}

resource "google_artifact_registry_repository_iam_member" "good" {
  repository = google_artifact_registry_repository.good.repository_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_artifact_registry_repository_iam_binding" "good" {
  repository = google_artifact_registry_repository.good.repository_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_artifact_registry_repository_iam_policy" "good" {
  repository = google_artifact_registry_repository.good.repository_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_container_analysis_note_iam_member" "good" {
  note = google_container_analysis_note.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_container_analysis_note_iam_binding" "good" {
  note = google_container_analysis_note.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_container_analysis_note_iam_policy" "good" {
  note = google_container_analysis_note.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_binary_authorization_attestor_iam_member" "good" {
  attestor = google_binary_authorization_attestor.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_binary_authorization_attestor_iam_binding" "good" {
  attestor = google_binary_authorization_attestor.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_binary_authorization_attestor_iam_policy" "good" {
  attestor = google_binary_authorization_attestor.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
