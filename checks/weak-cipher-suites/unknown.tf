variable "profile" {
  type = string
}

resource "google_compute_ssl_policy" "some" {
  name    = "some"
  profile = var.profile
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "web" {
  name             = "web"
  url_map          = "projects/acme/global/urlMaps/web"
  ssl_certificates = ["projects/acme/global/sslCertificates/web"]
  ssl_policy       = google_compute_ssl_policy.some.id
}
