resource "google_compute_forwarding_rule" "web" {
  name                  = "web"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  target                = google_compute_region_target_https_proxy.good.id
  network               = "main"
}

resource "google_compute_forwarding_rule" "inside" {
  name                  = "inside"
  load_balancing_scheme = "INTERNAL"
  backend_service       = google_compute_region_backend_service.inside.id
  source_ip_ranges      = ["10.0.0.0/8"]
}

resource "google_compute_region_target_https_proxy" "good" {
  name             = "good"
  url_map          = google_compute_region_url_map.web.id
  ssl_certificates = [google_compute_region_ssl_certificate.own.id]
  ssl_policy       = google_compute_region_ssl_policy.modern.id
}

resource "google_compute_region_target_https_proxy" "bad" {
  name    = "bad"
  url_map = google_compute_region_url_map.web.id
}

resource "google_compute_region_target_http_proxy" "redirect" {
  name    = "redirect"
  url_map = google_compute_region_url_map.redirect.id
}

resource "google_compute_region_target_http_proxy" "plain" {
  name    = "plain"
  url_map = google_compute_region_url_map.web.id
}

resource "google_compute_region_target_tcp_proxy" "db" {
  name            = "db"
  backend_service = google_compute_region_backend_service.inside.id
}

resource "google_compute_region_url_map" "redirect" {
  name = "redirect"
  default_url_redirect {
    https_redirect = true
    strip_query    = false
  }
}

resource "google_compute_region_url_map" "web" {
  name            = "web"
  default_service = google_compute_region_backend_service.good.id
}

resource "google_compute_region_backend_service" "good" {
  name                  = "good"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_region_security_policy.web.self_link
  health_checks         = ["projects/acme/global/healthChecks/web"]
  log_config {
    enable = true
  }
  iap {
    enabled              = true
    oauth2_client_id     = "demarc"
    oauth2_client_secret = "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"
  }
  backend {
    group = google_compute_region_network_endpoint_group.run.id
  }
}

resource "google_compute_region_backend_service" "bad" {
  name                  = "bad"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTP"
}

resource "google_compute_region_backend_service" "inside" {
  name = "inside"
}

resource "google_compute_region_network_endpoint_group" "run" {
  name                  = "run"
  network_endpoint_type = "SERVERLESS"
  cloud_run {
    service = "shop"
  }
}

resource "google_compute_region_ssl_policy" "modern" {
  name            = "modern"
  profile         = "RESTRICTED"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_region_ssl_policy" "old" {
  name = "old"
}

resource "google_compute_region_ssl_certificate" "own" {
  name        = "own"
  private_key = "-----BEGIN PRIVATE KEY-----"
  certificate = "-----BEGIN CERTIFICATE-----"
}

resource "google_compute_region_ssl_certificate" "fresh" {
  name                   = "fresh"
  private_key_wo         = "-----BEGIN PRIVATE KEY-----"
  private_key_wo_version = 1
  certificate            = "-----BEGIN CERTIFICATE-----"
}

resource "google_compute_region_security_policy" "web" {
  name = "web"
  rules {
    action   = "deny"
    priority = 1000
  }
}

resource "google_compute_region_security_policy" "empty" {
  name = "empty"
}

resource "google_compute_region_security_policy" "split" {
  name = "split"
}

resource "google_compute_region_security_policy_rule" "split" {
  security_policy = google_compute_region_security_policy.split.name
  action          = "deny"
  priority        = 1000
}

resource "google_compute_network_edge_security_service" "edge" {
  name            = "edge"
  security_policy = google_compute_region_security_policy.web.self_link
}

resource "google_compute_project_cloud_armor_tier" "free" {
  cloud_armor_tier = "CA_STANDARD"
}

resource "google_compute_region_backend_service_iam_member" "good" {
  name = google_compute_region_backend_service.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_region_backend_service_iam_binding" "good" {
  name = google_compute_region_backend_service.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_region_backend_service_iam_policy" "good" {
  name = google_compute_region_backend_service.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
