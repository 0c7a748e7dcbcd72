resource "google_service_account" "app" {
  account_id = "app"
}

resource "google_project_iam_member" "editor" {
  project = "acme"
  role    = "roles/editor"
  member  = "serviceAccount:${google_service_account.app.email}"
}
