resource "google_kms_crypto_key" "data" {
  name     = "data"
  key_ring = "projects/acme/locations/eu/keyRings/data"
}

resource "google_kms_crypto_key_iam_binding" "app" {
  crypto_key_id = google_kms_crypto_key.data.id
  role          = "roles/cloudkms.cryptoKeyDecrypter"
  members       = ["allAuthenticatedUsers"]
}

resource "google_bigquery_dataset" "orders" {
  dataset_id = "orders"
  access {
    role          = "READER"
    special_group = "allAuthenticatedUsers"
  }
}

resource "google_cloud_run_v2_service" "shop" {
  name = "shop"
}

resource "google_cloud_run_v2_service_iam_member" "all" {
  name   = google_cloud_run_v2_service.shop.name
  role   = "roles/run.invoker"
  member = "allUsers"
}
