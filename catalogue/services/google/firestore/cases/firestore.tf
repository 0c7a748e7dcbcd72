resource "google_firestore_database" "good" {
  name = "(default)"
  location_id = "eur3"
  type = "FIRESTORE_NATIVE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state = "DELETE_PROTECTION_ENABLED"
  cmek_config {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_firestore_database" "bad" {
  name = "lab"
  location_id = "europe-west1"
  type = "DATASTORE_MODE"
}

resource "google_firestore_backup_schedule" "part" {
  database = google_firestore_database.good.name
  retention = "604800s"
}
