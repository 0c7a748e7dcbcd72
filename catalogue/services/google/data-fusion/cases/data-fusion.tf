resource "google_data_fusion_instance" "good" {
  name = "fusion"
  type = "ENTERPRISE"
  version = "6.10.1"
  private_instance = true
  enable_stackdriver_logging = true
  enable_stackdriver_monitoring = true
  enable_rbac = true
  dataproc_service_account = "etl@acme.iam.gserviceaccount.com"
  crypto_key_config {
    key_reference = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_data_fusion_instance" "bad" {
  name = "lab"
  type = "BASIC"
}

resource "google_data_fusion_instance_iam_member" "good" {
  name = google_data_fusion_instance.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_data_fusion_instance_iam_binding" "good" {
  name = google_data_fusion_instance.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_data_fusion_instance_iam_policy" "good" {
  name = google_data_fusion_instance.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
