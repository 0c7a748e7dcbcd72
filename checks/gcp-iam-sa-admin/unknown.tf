variable "role" {
  type = string
}

resource "google_service_account" "app" {
  account_id = "app"
}

resource "google_project_iam_member" "app" {
  project = "acme"
  role    = var.role
  member  = google_service_account.app.member
}
