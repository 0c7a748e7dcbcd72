variable "period" {
  type = string
}

resource "google_kms_crypto_key" "data" {
  name            = "data"
  key_ring        = "projects/acme/locations/eu/keyRings/data"
  rotation_period = var.period
}
