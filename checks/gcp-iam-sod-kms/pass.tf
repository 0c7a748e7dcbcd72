resource "google_project_iam_member" "admin" {
  project = "acme"
  role    = "roles/cloudkms.admin"
  member  = "group:security@example.com"
}

resource "google_project_iam_member" "use" {
  project = "acme"
  role    = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member  = "serviceAccount:app@acme.iam.gserviceaccount.com"
}
