resource "google_cloudfunctions2_function" "good" {
  name         = "resize"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/functions"
  build_config {
    runtime = "nodejs22"
    automatic_update_policy {}
  }
  service_config {
    service_account_email         = "resize@acme.iam.gserviceaccount.com"
    ingress_settings              = "ALLOW_INTERNAL_ONLY"
    vpc_connector                 = "run"
    vpc_connector_egress_settings = "ALL_TRAFFIC"
    max_instance_count            = 5
    binary_authorization_policy   = "default"
  }
}

resource "google_cloudfunctions2_function" "bad" {
  name = "legacy"
  build_config {
    runtime = "nodejs18"
    on_deploy_update_policy {}
  }
  service_config {
    environment_variables = { DB_PASSWORD = "Tr0ub4dor-and-3-more" }
  }
}

resource "google_cloudfunctions_function" "good" {
  name                          = "resize-one"
  runtime                       = "nodejs22"
  trigger_http                  = true
  https_trigger_security_level  = "SECURE_ALWAYS"
  ingress_settings              = "ALLOW_INTERNAL_ONLY"
  kms_key_name                  = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/functions"
  service_account_email         = "resize@acme.iam.gserviceaccount.com"
  vpc_connector_egress_settings = "ALL_TRAFFIC"
  max_instances                 = 5
}

resource "google_cloudfunctions_function" "bad" {
  name         = "legacy-one"
  runtime      = "python39"
  trigger_http = true
  on_deploy_update_policy {}
  environment_variables = { API_TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a" }
}

resource "google_cloudfunctions2_function_iam_member" "good" {
  cloud_function = google_cloudfunctions2_function.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_cloudfunctions2_function_iam_binding" "good" {
  cloud_function = google_cloudfunctions2_function.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_cloudfunctions2_function_iam_policy" "good" {
  cloud_function = google_cloudfunctions2_function.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_cloudfunctions_function_iam_member" "good" {
  cloud_function = google_cloudfunctions_function.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_cloudfunctions_function_iam_binding" "good" {
  cloud_function = google_cloudfunctions_function.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_cloudfunctions_function_iam_policy" "good" {
  cloud_function = google_cloudfunctions_function.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
