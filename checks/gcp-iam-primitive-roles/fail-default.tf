resource "google_project_iam_member" "build" {
  project = "acme"
  role    = "roles/editor"
  member  = "serviceAccount:123456-compute@developer.gserviceaccount.com"
}
