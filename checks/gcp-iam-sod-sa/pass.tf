resource "google_project_iam_member" "admin" {
  project = "acme"
  role    = "roles/iam.serviceAccountAdmin"
  member  = "group:platform@example.com"
}

resource "google_project_iam_member" "user" {
  project = "acme"
  role    = "roles/iam.serviceAccountUser"
  member  = "group:dev@example.com"
}
