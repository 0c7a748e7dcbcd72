resource "google_kms_crypto_key" "data" {
  name     = "data"
  key_ring = "projects/acme/locations/eu/keyRings/data"
}

resource "google_kms_crypto_key_iam_member" "app" {
  crypto_key_id = google_kms_crypto_key.data.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:app@acme.iam.gserviceaccount.com"
}

resource "google_bigquery_dataset" "orders" {
  dataset_id = "orders"
  access {
    role          = "READER"
    special_group = "projectReaders"
  }
}
