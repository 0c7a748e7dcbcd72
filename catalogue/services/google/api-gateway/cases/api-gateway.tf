resource "google_api_gateway_api" "good" {
  api_id = "shop"
}

resource "google_api_gateway_api_config" "good" {
  api = google_api_gateway_api.good.api_id
  api_config_id = "v1"
  gateway_config {
    backend_config {
      google_service_account = "api@acme.iam.gserviceaccount.com"
    }
  }
}

resource "google_api_gateway_api_config" "bad" {
  api = google_api_gateway_api.good.api_id
  api_config_id = "v2"
}

resource "google_api_gateway_gateway" "good" {
  gateway_id = "shop"
  api_config = google_api_gateway_api_config.good.id
}

resource "google_endpoints_service" "good" {
  service_name = "shop.endpoints.acme.cloud.goog"
}

resource "google_api_gateway_api_iam_member" "good" {
  api = google_api_gateway_api.good.api_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_api_gateway_api_iam_binding" "good" {
  api = google_api_gateway_api.good.api_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_api_gateway_api_iam_policy" "good" {
  api = google_api_gateway_api.good.api_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_api_gateway_api_config_iam_member" "good" {
  api_config = google_api_gateway_api_config.good.api_config_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_api_gateway_api_config_iam_binding" "good" {
  api_config = google_api_gateway_api_config.good.api_config_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_api_gateway_api_config_iam_policy" "good" {
  api_config = google_api_gateway_api_config.good.api_config_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_api_gateway_gateway_iam_member" "good" {
  gateway = google_api_gateway_gateway.good.gateway_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_api_gateway_gateway_iam_binding" "good" {
  gateway = google_api_gateway_gateway.good.gateway_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_api_gateway_gateway_iam_policy" "good" {
  gateway = google_api_gateway_gateway.good.gateway_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_endpoints_service_iam_member" "good" {
  service_name = google_endpoints_service.good.service_name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_endpoints_service_iam_binding" "good" {
  service_name = google_endpoints_service.good.service_name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_endpoints_service_iam_policy" "good" {
  service_name = google_endpoints_service.good.service_name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
