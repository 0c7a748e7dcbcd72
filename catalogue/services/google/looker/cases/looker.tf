resource "google_looker_instance" "good" {
  name = "bi"
  public_ip_enabled = false
  private_ip_enabled = true
  encryption_config {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  maintenance_window {
    day_of_week = "SUNDAY"
  }
}

resource "google_looker_instance" "bad" {
  name = "lab"
  oauth_config {
    client_id = "demarc"
    client_secret = "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"
  }
}
