resource "google_scc_notification_config" "good" {
  config_id = "all"
  organization = "1234567890"
  pubsub_topic = "projects/acme/topics/findings"
  streaming_config {
    filter = "state = \"ACTIVE\""
  }
}

resource "google_scc_project_notification_config" "good" {
  config_id = "shop"
  pubsub_topic = "projects/acme/topics/findings"
}

resource "google_scc_folder_notification_config" "good" {
  config_id = "prod"
  folder = "123"
  pubsub_topic = "projects/acme/topics/findings"
}

resource "google_scc_v2_organization_notification_config" "good" {
  config_id = "all"
  organization = "1234567890"
  pubsub_topic = "projects/acme/topics/findings"
}

resource "google_scc_v2_project_notification_config" "good" {
  config_id = "shop"
  pubsub_topic = "projects/acme/topics/findings"
}

resource "google_scc_v2_folder_notification_config" "good" {
  config_id = "prod"
  folder = "123"
  pubsub_topic = "projects/acme/topics/findings"
}

resource "google_scc_source" "good" {
  display_name = "own"
  organization = "1234567890"
}

resource "google_scc_v2_organization_source" "good" {
  display_name = "own"
  organization = "1234567890"
}

resource "google_security_scanner_scan_config" "good" {
  display_name = "shop"
  starting_urls = ["https://shop.example.com"]
  schedule {
    interval_duration_days = 7
  }
}

resource "google_security_scanner_scan_config" "bad" {
  display_name = "once"
  starting_urls = ["https://shop.example.com"]
}

resource "google_securityposture_posture" "good" {
  posture_id = "base"
  parent = "organizations/1234567890"
  state = "ACTIVE"
}

resource "google_cloud_ids_endpoint" "good" {
  name = "ids"
  network = "main"
  severity = "LOW"
}

resource "google_data_loss_prevention_job_trigger" "good" {
  display_name = "weekly"
  parent = "projects/acme"
}

resource "google_data_loss_prevention_job_trigger" "bad" {
  display_name = "paused"
  parent = "projects/acme"
  status = "PAUSED"
}

resource "google_data_loss_prevention_discovery_config" "good" {
  display_name = "all"
  parent = "projects/acme"
  status = "RUNNING"
}

resource "google_data_loss_prevention_discovery_config" "bad" {
  display_name = "paused"
  parent = "projects/acme"
  status = "PAUSED"
}

resource "google_data_loss_prevention_inspect_template" "good" {
  parent = "projects/acme"
  display_name = "cards"
}

resource "google_data_loss_prevention_deidentify_template" "good" {
  parent = "projects/acme"
  display_name = "mask"
}

resource "google_data_loss_prevention_stored_info_type" "good" {
  parent = "projects/acme"
  display_name = "customer numbers"
}

resource "google_model_armor_template" "good" {
  template_id = "chat"
}

resource "google_model_armor_floorsetting" "good" {
  parent = "projects/acme"
  enable_floor_setting_enforcement = true
}

resource "google_model_armor_floorsetting" "bad" {
  parent = "projects/other"
}

resource "google_recaptcha_enterprise_key" "good" {
  display_name = "shop"
}

resource "google_scc_source_iam_member" "good" {
  source = google_scc_source.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_scc_source_iam_binding" "good" {
  source = google_scc_source.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_scc_source_iam_policy" "good" {
  source = google_scc_source.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_scc_v2_organization_source_iam_member" "good" {
  source = google_scc_v2_organization_source.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_scc_v2_organization_source_iam_binding" "good" {
  source = google_scc_v2_organization_source.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_scc_v2_organization_source_iam_policy" "good" {
  source = google_scc_v2_organization_source.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
