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
