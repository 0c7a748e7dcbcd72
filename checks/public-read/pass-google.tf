resource "google_storage_bucket" "web" {
  name     = "acme-web"
  location = "EU"
}

resource "google_storage_bucket_iam_member" "web" {
  bucket = google_storage_bucket.web.name
  role   = "roles/storage.objectViewer"
  member = "group:readers@example.com"
}

resource "google_storage_bucket" "shut" {
  name     = "acme-shut"
  location = "EU"
  public_access_prevention = "enforced"
}

resource "google_storage_bucket_iam_member" "shut" {
  bucket = google_storage_bucket.shut.name
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}
