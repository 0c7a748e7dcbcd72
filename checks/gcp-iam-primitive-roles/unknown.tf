variable "role" {
  type = string
}

resource "google_project_iam_member" "dev" {
  project = "acme"
  role    = var.role
  member  = "group:dev@example.com"
}
