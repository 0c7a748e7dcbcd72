resource "google_storage_bucket" "orders" {
  name     = "orders"
  location = "EU"
}

resource "google_storage_bucket_iam_member" "team" {
  bucket = google_storage_bucket.orders.name
  role   = "roles/storage.objectViewer"
  member = "group:team@example.com"
}

resource "google_project_iam_member" "view" {
  project = "acme"
  role    = "roles/viewer"
  member  = "user:jane@example.com"
}

resource "google_pubsub_topic" "jobs" {
  name = "jobs"
}

resource "google_pubsub_topic_iam_member" "jobs" {
  topic  = google_pubsub_topic.jobs.name
  role   = "roles/pubsub.publisher"
  member = "serviceAccount:app@acme.iam.gserviceaccount.com"
}
