resource "google_project_iam_member" "view" {
  project = "acme"
  role    = "roles/viewer"
  member  = "group:everybody@example.com"
}

resource "google_project_iam_member" "run" {
  project = "acme"
  role    = "roles/run.developer"
  member  = "group:dev@example.com"
}
