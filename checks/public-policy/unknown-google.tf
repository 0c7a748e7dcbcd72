variable "members" {
  type = list(string)
}

resource "google_kms_crypto_key" "data" {
  name     = "data"
  key_ring = "projects/acme/locations/eu/keyRings/data"
}

resource "google_kms_crypto_key_iam_binding" "app" {
  crypto_key_id = google_kms_crypto_key.data.id
  role          = "roles/cloudkms.cryptoKeyDecrypter"
  members       = var.members
}

resource "google_pubsub_topic" "jobs" {
  name = "jobs"
}

resource "google_pubsub_topic_iam_binding" "jobs" {
  topic   = google_pubsub_topic.jobs.name
  role    = "roles/pubsub.publisher"
  members = var.members
}
