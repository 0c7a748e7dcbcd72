resource "google_project_iam_binding" "all" {
  project = "acme"
  role    = "roles/iam.serviceAccountUser"
  members = ["user:jane@example.com"]
}
