resource "google_service_account" "app" {
  account_id = "app"
}

resource "google_project_iam_member" "admin" {
  project = "acme"
  role    = "roles/storage.admin"
  member  = google_service_account.app.member
}
