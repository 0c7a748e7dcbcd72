resource "google_compute_target_https_proxy" "web" {
  name    = "web"
  url_map = "web"
}
