resource "google_service_account" "app" {
  account_id = "app"
}

resource "google_project_iam_member" "logs" {
  project = "acme"
  role    = "roles/logging.logWriter"
  member  = google_service_account.app.member
}

resource "google_project_iam_binding" "read" {
  project = "acme"
  role    = "roles/cloudsql.client"
  members = ["serviceAccount:${google_service_account.app.email}"]
}
