resource "google_pubsub_topic" "good" {
  name = "orders"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_pubsub_topic" "bad" {
  name = "plain"
}

resource "google_pubsub_subscription" "good" {
  name = "ship"
  topic = google_pubsub_topic.good.id
  dead_letter_policy {
    dead_letter_topic = google_pubsub_topic.bad.id
  }
  push_config {
    push_endpoint = "https://ship.example.com/push"
    oidc_token {
      service_account_email = "push@acme.iam.gserviceaccount.com"
    }
  }
}

resource "google_pubsub_subscription" "bad" {
  name = "old"
  topic = google_pubsub_topic.bad.id
  push_config {
    push_endpoint = "http://old.example.com/push"
  }
}

resource "google_pubsub_schema" "good" {
  name = "order"
  type = "AVRO"
}

resource "google_pubsub_lite_topic" "good" {
  name = "lite"
}

resource "google_pubsub_lite_subscription" "good" {
  name = "lite"
  topic = google_pubsub_lite_topic.good.name
}
