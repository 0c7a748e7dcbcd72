variable "cert" {
  type = bool
}

resource "google_container_cluster" "prod" {
  name                     = "prod"
  location                 = "europe-west1"
  master_auth {
    client_certificate_config {
      issue_client_certificate = var.cert
    }
  }
}
