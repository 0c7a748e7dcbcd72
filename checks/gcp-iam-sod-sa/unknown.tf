variable "who" {
  type = string
}

resource "google_project_iam_member" "admin" {
  project = "acme"
  role    = "roles/iam.serviceAccountAdmin"
  member  = var.who
}

resource "google_project_iam_member" "user" {
  project = "acme"
  role    = "roles/iam.serviceAccountUser"
  member  = "group:platform@example.com"
}
