resource "google_app_engine_application" "good" {
  location_id = "europe-west"
  iap {
    enabled = true
    oauth2_client_id = "demarc"
    oauth2_client_secret = "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"
  }
}

resource "google_app_engine_application" "bad" {
  location_id = "europe-west2"
}

resource "google_app_engine_standard_app_version" "good" {
  runtime = "nodejs22"
  service = "web"
  version_id = "v1"
  service_account = "web@acme.iam.gserviceaccount.com"
  vpc_access_connector {
    name = "run"
    egress_setting = "ALL_TRAFFIC"
  }
}

resource "google_app_engine_standard_app_version" "bad" {
  runtime = "nodejs18"
  service = "lab"
  env_variables = { DB_PASSWORD = "Tr0ub4dor-and-3-more" }
}

resource "google_app_engine_flexible_app_version" "good" {
  runtime = "custom"
  service = "flex"
  service_account = "web@acme.iam.gserviceaccount.com"
  deployment {
    container {
      image = "europe-docker.pkg.dev/acme/shop/flex"
    }
  }
}

resource "google_app_engine_flexible_app_version" "bad" {
  runtime = "nodejs"
  service = "flex-lab"
  env_variables = { DB_PASSWORD = "Tr0ub4dor-and-3-more" }
}

resource "google_app_engine_domain_mapping" "good" {
  domain_name = "shop.example.com"
  ssl_settings {
    ssl_management_type = "AUTOMATIC"
  }
}

resource "google_app_engine_service_network_settings" "part" {
  service = google_app_engine_standard_app_version.good.version_id
  network_settings {
    ingress_traffic_allowed = "INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY"
  }
}

resource "google_app_engine_service_network_settings" "part1" {
  service = google_app_engine_standard_app_version.bad.service
  network_settings {
    ingress_traffic_allowed = "INGRESS_TRAFFIC_ALLOWED_ALL"
  }
}
