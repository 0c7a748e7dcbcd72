resource "google_logging_project_sink" "good" {
  name = "all"
  destination = "storage.googleapis.com/acme-logs"
}

resource "google_logging_project_sink" "bad" {
  name = "errors"
  destination = "storage.googleapis.com/acme-logs"
  filter = "severity >= ERROR"
  disabled = true
}

resource "google_logging_folder_sink" "good" {
  name = "all"
  destination = "storage.googleapis.com/acme-logs"
  folder = "123"
}

resource "google_logging_folder_sink" "bad" {
  name = "errors"
  destination = "storage.googleapis.com/acme-logs"
  filter = "severity >= ERROR"
  disabled = true
  folder = "123"
}

resource "google_logging_organization_sink" "good" {
  name = "all"
  destination = "storage.googleapis.com/acme-logs"
  org_id = "1234567890"
}

resource "google_logging_organization_sink" "bad" {
  name = "errors"
  destination = "storage.googleapis.com/acme-logs"
  filter = "severity >= ERROR"
  disabled = true
  org_id = "1234567890"
}

resource "google_logging_billing_account_sink" "good" {
  name = "all"
  destination = "storage.googleapis.com/acme-logs"
  billing_account = "000000-000000-000000"
}

resource "google_logging_billing_account_sink" "bad" {
  name = "errors"
  destination = "storage.googleapis.com/acme-logs"
  filter = "severity >= ERROR"
  disabled = true
  billing_account = "000000-000000-000000"
}

resource "google_logging_project_bucket_config" "good" {
  bucket_id = "audit"
  location = "europe-west1"
  retention_days = 400
  locked = true
  cmek_settings {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_logging_project_bucket_config" "bad" {
  bucket_id = "_Default"
  location = "global"
}

resource "google_logging_folder_bucket_config" "good" {
  bucket_id = "audit"
  location = "europe-west1"
  retention_days = 400

  cmek_settings {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  folder = "123"
}

resource "google_logging_folder_bucket_config" "bad" {
  bucket_id = "_Default"
  location = "global"
  folder = "123"
}

resource "google_logging_organization_bucket_config" "good" {
  bucket_id = "audit"
  location = "europe-west1"
  retention_days = 400

  cmek_settings {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  organization = "1234567890"
}

resource "google_logging_organization_bucket_config" "bad" {
  bucket_id = "_Default"
  location = "global"
  organization = "1234567890"
}

resource "google_logging_billing_account_bucket_config" "good" {
  bucket_id = "audit"
  location = "europe-west1"
  retention_days = 400

  cmek_settings {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  billing_account = "000000-000000-000000"
}

resource "google_logging_billing_account_bucket_config" "bad" {
  bucket_id = "_Default"
  location = "global"
  billing_account = "000000-000000-000000"
}

resource "google_logging_log_view" "good" {
  name = "audit"
  bucket = google_logging_project_bucket_config.good.id
}

resource "google_logging_folder_settings" "good" {
  folder = "123"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_logging_folder_settings" "bad" {
  folder = "124"
}

resource "google_logging_organization_settings" "good" {
  organization = "1234567890"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_logging_organization_settings" "bad" {
  organization = "1234567891"
}

resource "google_logging_metric" "part" {
  name = "owners"
  filter = "protoPayload.serviceName=\"cloudresourcemanager.googleapis.com\""
}

resource "google_logging_log_view_iam_member" "good" {
  name = google_logging_log_view.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_logging_log_view_iam_binding" "good" {
  name = google_logging_log_view.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_logging_log_view_iam_policy" "good" {
  name = google_logging_log_view.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
