resource "google_compute_vpn_tunnel" "office" {
  name             = "office"
  vpn_gateway      = "ha"
  shared_secret_wo = "kept elsewhere"
}
