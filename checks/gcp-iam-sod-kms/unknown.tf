variable "who" {
  type = string
}

resource "google_project_iam_member" "admin" {
  project = "acme"
  role    = "roles/cloudkms.admin"
  member  = var.who
}

resource "google_project_iam_member" "use" {
  project = "acme"
  role    = "roles/cloudkms.cryptoKeyDecrypter"
  member  = "user:jane@example.com"
}
