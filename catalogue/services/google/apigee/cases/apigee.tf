resource "google_apigee_organization" "good" {
  project_id = "acme"
  runtime_database_encryption_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  authorized_network = "main"
}

resource "google_apigee_organization" "bad" {
  project_id = "hybrid"
  runtime_type = "HYBRID"
  disable_vpc_peering = true
}

resource "google_apigee_instance" "good" {
  name = "west"
  org_id = google_apigee_organization.good.id
  location = "europe-west1"
  disk_encryption_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  access_logging_config {
    enabled = true
  }
}

resource "google_apigee_instance" "bad" {
  name = "lab"
  org_id = google_apigee_organization.good.id
  location = "europe-west1"
}

resource "google_apigee_environment" "good" {
  name = "prod"
  org_id = google_apigee_organization.good.id
}

resource "google_apigee_envgroup" "good" {
  name = "public"
  org_id = google_apigee_organization.good.id
}

resource "google_apigee_target_server" "good" {
  name = "shop"
  host = "shop.example.com"
  port = 443
  env_id = google_apigee_environment.good.id
  s_sl_info {
    enabled = true
  }
}

resource "google_apigee_target_server" "bad" {
  name = "plain"
  host = "shop.example.com"
  port = 80
  env_id = google_apigee_environment.good.id
}

resource "google_apigee_environment_keyvaluemaps_entries" "good" {
  env_keyvaluemap_id = "organizations/acme/environments/prod/keyvaluemaps/settings"
  name = "colour"
  value = "green"
}

resource "google_apigee_environment_iam_member" "good" {
  env_id = google_apigee_environment.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_apigee_environment_iam_binding" "good" {
  env_id = google_apigee_environment.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_apigee_environment_iam_policy" "good" {
  env_id = google_apigee_environment.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
