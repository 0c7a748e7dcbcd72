resource "google_project_iam_member" "view" {
  project = "acme"
  role    = "roles/viewer"
  member  = "group:audit@example.com"
}

resource "google_service_account" "app" {
  account_id = "app"
}

resource "google_service_account_iam_member" "one" {
  service_account_id = google_service_account.app.name
  role               = "roles/iam.serviceAccountUser"
  member             = "group:dev@example.com"
}
