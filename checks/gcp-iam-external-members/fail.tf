resource "google_storage_bucket" "orders" {
  name     = "orders"
  location = "EU"
}

resource "google_storage_bucket_iam_member" "freelancer" {
  bucket = google_storage_bucket.orders.name
  role   = "roles/storage.objectViewer"
  member = "user:jane.doe@gmail.com"
}

resource "google_project_iam_member" "view" {
  project = "acme"
  role    = "roles/viewer"
  member  = "user:joe@googlemail.com"
}
