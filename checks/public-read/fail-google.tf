resource "google_storage_bucket" "web" {
  name     = "acme-web"
  location = "EU"
}

resource "google_storage_bucket_iam_member" "web" {
  bucket = google_storage_bucket.web.name
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}

resource "google_storage_bucket" "old" {
  name     = "acme-old"
  location = "EU"
}

resource "google_storage_bucket_acl" "old" {
  bucket      = google_storage_bucket.old.name
  role_entity = ["READER:allUsers"]
}
