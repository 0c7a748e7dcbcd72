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

resource "google_pubsub_topic_iam_member" "good" {
  topic = google_pubsub_topic.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_pubsub_topic_iam_binding" "good" {
  topic = google_pubsub_topic.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_pubsub_topic_iam_policy" "good" {
  topic = google_pubsub_topic.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_pubsub_subscription_iam_member" "good" {
  subscription = google_pubsub_subscription.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_pubsub_subscription_iam_binding" "good" {
  subscription = google_pubsub_subscription.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_pubsub_subscription_iam_policy" "good" {
  subscription = google_pubsub_subscription.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_pubsub_schema_iam_member" "good" {
  schema = google_pubsub_schema.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_pubsub_schema_iam_binding" "good" {
  schema = google_pubsub_schema.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_pubsub_schema_iam_policy" "good" {
  schema = google_pubsub_schema.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
