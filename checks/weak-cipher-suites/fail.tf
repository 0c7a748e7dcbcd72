resource "google_compute_target_https_proxy" "web" {
  name             = "web"
  url_map          = "projects/acme/global/urlMaps/web"
  ssl_certificates = ["projects/acme/global/sslCertificates/web"]
}

resource "google_compute_ssl_policy" "old" {
  name    = "old"
  profile = "COMPATIBLE"
}

resource "google_compute_ssl_policy" "own" {
  name    = "own"
  profile = "CUSTOM"
  custom_features = ["TLS_RSA_WITH_AES_128_GCM_SHA256"]
}
