resource "google_storage_bucket" "drop" {
  name     = "acme-drop"
  location = "EU"
}

resource "google_storage_bucket_iam_member" "drop" {
  bucket = google_storage_bucket.drop.name
  role   = "roles/storage.objectCreator"
  member = "allAuthenticatedUsers"
}
