variable "member" {
  type = string
}

resource "google_storage_bucket" "web" {
  name     = "acme-web"
  location = "EU"
}

resource "google_storage_bucket_iam_member" "web" {
  bucket = google_storage_bucket.web.name
  role   = "roles/storage.objectViewer"
  member = var.member
}
