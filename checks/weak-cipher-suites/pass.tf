resource "google_compute_ssl_policy" "modern" {
  name    = "modern"
  profile = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "web" {
  name             = "web"
  url_map          = "projects/acme/global/urlMaps/web"
  ssl_certificates = ["projects/acme/global/sslCertificates/web"]
  ssl_policy       = google_compute_ssl_policy.modern.id
}

resource "google_compute_ssl_policy" "own" {
  name    = "own"
  profile = "CUSTOM"
  custom_features = ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]
}
