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

resource "google_bigtable_instance_iam_member" "good" {
  instance = google_bigtable_instance.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_bigtable_instance_iam_binding" "good" {
  instance = google_bigtable_instance.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_bigtable_instance_iam_policy" "good" {
  instance = google_bigtable_instance.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_bigtable_table_iam_member" "good" {
  table = google_bigtable_table.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_bigtable_table_iam_binding" "good" {
  table = google_bigtable_table.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_bigtable_table_iam_policy" "good" {
  table = google_bigtable_table.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_bigtable_instance" "half" {
  name = "half"
  cluster {
    cluster_id   = "a"
    zone         = "europe-west1-b"
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  cluster {
    cluster_id = "b"
    zone       = "europe-west1-c"
    autoscaling_config {
      min_nodes  = 1
      max_nodes  = 3
      cpu_target = 50
    }
  }
}
