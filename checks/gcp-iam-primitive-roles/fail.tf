resource "google_project_iam_member" "own" {
  project = "acme"
  role    = "roles/owner"
  member  = "user:jane@example.com"
}
