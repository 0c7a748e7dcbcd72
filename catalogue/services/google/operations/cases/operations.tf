resource "google_cloud_asset_project_feed" "good" {
  feed_id = "changes"
  asset_types = ["compute.googleapis.com/Firewall"]
  feed_output_config {
    pubsub_destination {
      topic = "projects/acme/topics/changes"
    }
  }
}

resource "google_cloud_asset_folder_feed" "good" {
  feed_id = "changes"
  folder = "123"
  billing_project = "acme"
}

resource "google_cloud_asset_organization_feed" "good" {
  feed_id = "changes"
  org_id = "1234567890"
  billing_project = "acme"
}

resource "google_beyondcorp_security_gateway" "good" {
  security_gateway_id = "default"
}

resource "google_beyondcorp_security_gateway_application" "good" {
  application_id = "wiki"
  security_gateway_id = google_beyondcorp_security_gateway.good.security_gateway_id
}

resource "google_beyondcorp_application" "good" {
  application_id = "wiki"
}

resource "google_beyondcorp_app_connector" "good" {
  name = "connector"
}

resource "google_runtimeconfig_config" "good" {
  name = "app"
}

resource "google_blockchain_node_engine_blockchain_nodes" "good" {
  blockchain_node_id = "eth"
}

resource "google_runtimeconfig_variable" "part" {
  name = "colour"
  parent = google_runtimeconfig_config.good.name
  text = "green"
}

resource "google_beyondcorp_security_gateway_iam_member" "good" {
  security_gateway_id = google_beyondcorp_security_gateway.good.security_gateway_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_beyondcorp_security_gateway_iam_binding" "good" {
  security_gateway_id = google_beyondcorp_security_gateway.good.security_gateway_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_beyondcorp_security_gateway_iam_policy" "good" {
  security_gateway_id = google_beyondcorp_security_gateway.good.security_gateway_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_beyondcorp_security_gateway_application_iam_member" "good" {
  security_gateway_id = google_beyondcorp_security_gateway_application.good.application_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_beyondcorp_security_gateway_application_iam_binding" "good" {
  security_gateway_id = google_beyondcorp_security_gateway_application.good.application_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_beyondcorp_security_gateway_application_iam_policy" "good" {
  security_gateway_id = google_beyondcorp_security_gateway_application.good.application_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_beyondcorp_application_iam_member" "good" {
  application_id = google_beyondcorp_application.good.application_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_beyondcorp_application_iam_binding" "good" {
  application_id = google_beyondcorp_application.good.application_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_beyondcorp_application_iam_policy" "good" {
  application_id = google_beyondcorp_application.good.application_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_runtimeconfig_config_iam_member" "good" {
  config = google_runtimeconfig_config.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_runtimeconfig_config_iam_binding" "good" {
  config = google_runtimeconfig_config.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_runtimeconfig_config_iam_policy" "good" {
  config = google_runtimeconfig_config.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
