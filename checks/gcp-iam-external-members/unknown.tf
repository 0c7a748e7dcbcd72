variable "who" {
  type = string
}

resource "google_storage_bucket" "orders" {
  name     = "orders"
  location = "EU"
}

resource "google_storage_bucket_iam_member" "team" {
  bucket = google_storage_bucket.orders.name
  role   = "roles/storage.objectViewer"
  member = var.who
}

resource "google_project_iam_member" "view" {
  project = "acme"
  role    = "roles/viewer"
  member  = var.who
}
