resource "google_spanner_instance" "good" {
  name = "orders"
  display_name = "orders"
  config = "eur3"
  default_backup_schedule_type = "AUTOMATIC"
}

resource "google_spanner_instance" "bad" {
  name = "lab"
  display_name = "lab"
  config = "regional-europe-west1"
  default_backup_schedule_type = "NONE"
  force_destroy = true
}

resource "google_spanner_database" "good" {
  instance = google_spanner_instance.good.name
  name = "orders"
  encryption_config {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_spanner_database" "bad" {
  instance = google_spanner_instance.bad.name
  name = "lab"
  deletion_protection = false
}

resource "google_spanner_backup_schedule" "part" {
  instance = google_spanner_instance.good.name
  database = google_spanner_database.good.name
  name = "daily"
  retention_duration = "2592000s"
}

resource "google_spanner_instance_iam_member" "good" {
  instance = google_spanner_instance.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_spanner_instance_iam_binding" "good" {
  instance = google_spanner_instance.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_spanner_instance_iam_policy" "good" {
  instance = google_spanner_instance.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_spanner_database_iam_member" "good" {
  database = google_spanner_database.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_spanner_database_iam_binding" "good" {
  database = google_spanner_database.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_spanner_database_iam_policy" "good" {
  database = google_spanner_database.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
