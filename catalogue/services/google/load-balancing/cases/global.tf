resource "google_compute_global_forwarding_rule" "web" {
  name                  = "web"
  target                = google_compute_target_https_proxy.good.id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
}

resource "google_compute_global_forwarding_rule" "inside" {
  name                  = "inside"
  target                = google_compute_target_http_proxy.plain.id
  port_range            = "80"
  load_balancing_scheme = "INTERNAL_MANAGED"
}

resource "google_compute_target_https_proxy" "good" {
  name             = "good"
  url_map          = google_compute_url_map.web.id
  ssl_certificates = [google_compute_managed_ssl_certificate.web.id]
  ssl_policy       = google_compute_ssl_policy.modern.id
}

resource "google_compute_target_https_proxy" "bad" {
  name             = "bad"
  url_map          = google_compute_url_map.web.id
  ssl_certificates = [google_compute_ssl_certificate.own.id]
}

resource "google_compute_target_ssl_proxy" "good" {
  name             = "good-ssl"
  backend_service  = google_compute_backend_service.good.id
  ssl_certificates = [google_compute_ssl_certificate.own.id]
  ssl_policy       = google_compute_ssl_policy.modern.id
}

resource "google_compute_target_ssl_proxy" "bad" {
  name             = "bad-ssl"
  backend_service  = google_compute_backend_service.good.id
  ssl_certificates = [google_compute_ssl_certificate.own.id]
}

resource "google_compute_target_http_proxy" "redirect" {
  name    = "redirect"
  url_map = google_compute_url_map.redirect.id
}

resource "google_compute_target_http_proxy" "plain" {
  name    = "plain"
  url_map = google_compute_url_map.web.id
}

resource "google_compute_target_tcp_proxy" "db" {
  name            = "db"
  backend_service = google_compute_backend_service.tcp.id
}

resource "google_compute_target_grpc_proxy" "mesh" {
  name    = "mesh"
  url_map = google_compute_url_map.web.id
}

resource "google_compute_url_map" "redirect" {
  name = "redirect"
  default_url_redirect {
    https_redirect = true
    strip_query    = false
  }
}

resource "google_compute_url_map" "web" {
  name            = "web"
  default_service = google_compute_backend_service.good.id
}

resource "google_compute_backend_service" "good" {
  name                  = "good"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.web.id
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
    group = google_compute_network_endpoint_group.pods.id
  }
}

resource "google_compute_backend_service" "bad" {
  name = "bad"
}

resource "google_compute_backend_service" "tcp" {
  name                  = "tcp"
  protocol              = "TCP"
  load_balancing_scheme = "INTERNAL_SELF_MANAGED"
}

resource "google_compute_backend_service_signed_url_key" "bad" {
  name            = "signer"
  key_value       = "pPsVemX8GM46QVeezid6Rw=="
  backend_service = google_compute_backend_service.bad.name
}

resource "google_compute_backend_bucket" "good" {
  name                 = "assets"
  bucket_name          = "acme-assets"
  enable_cdn           = true
  edge_security_policy = google_compute_security_policy.web.id
}

resource "google_compute_backend_bucket" "bad" {
  name        = "assets-two"
  bucket_name = "acme-assets"
}

resource "google_compute_backend_bucket_signed_url_key" "bad" {
  name           = "signer"
  key_value      = "pPsVemX8GM46QVeezid6Rw=="
  backend_bucket = google_compute_backend_bucket.bad.name
}

resource "google_compute_target_pool" "good" {
  name          = "good"
  instances     = ["europe-west1-b/app"]
  health_checks = ["projects/acme/global/httpHealthChecks/web"]
}

resource "google_compute_target_pool" "bad" {
  name = "bad"
}

resource "google_compute_target_instance" "one" {
  name     = "one"
  instance = "projects/acme/zones/europe-west1-b/instances/one"
}

resource "google_compute_network_endpoint_group" "pods" {
  name    = "pods"
  network = "main"
}

resource "google_compute_global_network_endpoint_group" "outside" {
  name                  = "outside"
  network_endpoint_type = "INTERNET_FQDN_PORT"
}

resource "google_compute_ssl_policy" "modern" {
  name            = "modern"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_ssl_policy" "custom" {
  name            = "custom"
  profile         = "CUSTOM"
  custom_features = ["TLS_RSA_WITH_AES_128_GCM_SHA256"]
}

resource "google_compute_managed_ssl_certificate" "web" {
  name = "web"
  managed {
    domains = ["shop.example.com"]
  }
}

resource "google_compute_ssl_certificate" "own" {
  name        = "own"
  private_key = "-----BEGIN PRIVATE KEY-----"
  certificate = "-----BEGIN CERTIFICATE-----"
}

resource "google_compute_ssl_certificate" "fresh" {
  name                   = "fresh"
  private_key_wo         = "-----BEGIN PRIVATE KEY-----"
  private_key_wo_version = 1
  certificate            = "-----BEGIN CERTIFICATE-----"
}

resource "google_compute_security_policy" "web" {
  name = "web"
  rule {
    action   = "deny(403)"
    priority = 1000
    match {
      expr {
        expression = "evaluatePreconfiguredWaf('sqli-v33-stable')"
      }
    }
  }
  rule {
    action   = "allow"
    priority = 2147483647
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_security_policy" "empty" {
  name = "empty"
  rule {
    action   = "allow"
    priority = 2147483647
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_security_policy" "split" {
  name = "split"
}

resource "google_compute_security_policy_rule" "split" {
  security_policy = google_compute_security_policy.split.name
  action          = "deny(403)"
  priority        = 1000
}

resource "google_compute_organization_security_policy" "edge" {
  display_name = "edge"
  parent       = "organizations/1234567890"
}

resource "google_compute_organization_security_policy" "idle" {
  display_name = "idle"
  parent       = "organizations/1234567890"
}

resource "google_compute_organization_security_policy_rule" "edge" {
  policy_id = google_compute_organization_security_policy.edge.id
  action    = "deny"
  priority  = 100
  match {
    config {
      src_ip_ranges = ["192.0.2.0/24"]
    }
  }
}

resource "google_compute_project_cloud_armor_tier" "paid" {
  cloud_armor_tier = "CA_ENTERPRISE_PAYGO"
}

resource "google_compute_backend_service_iam_member" "good" {
  name = google_compute_backend_service.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_backend_service_iam_binding" "good" {
  name = google_compute_backend_service.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_backend_service_iam_policy" "good" {
  name = google_compute_backend_service.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_compute_backend_bucket_iam_member" "good" {
  name = google_compute_backend_bucket.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_backend_bucket_iam_binding" "good" {
  name = google_compute_backend_bucket.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_backend_bucket_iam_policy" "good" {
  name = google_compute_backend_bucket.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
