resource "google_bigtable_instance" "good" {
  name = "events"
  cluster {
    cluster_id = "a"
    zone = "europe-west1-b"
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  cluster {
    cluster_id = "b"
    zone = "europe-west4-b"
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_bigtable_instance" "bad" {
  name = "lab"
  deletion_protection = false
  cluster {
    cluster_id = "a"
  }
}

resource "google_bigtable_table" "good" {
  name = "events"
  instance_name = google_bigtable_instance.good.name
  deletion_protection = "PROTECTED"
  automated_backup_policy {
    retention_period = "72h0m0s"
    frequency = "24h0m0s"
  }
}

resource "google_bigtable_table" "bad" {
  name = "lab"
  instance_name = google_bigtable_instance.bad.name
}
