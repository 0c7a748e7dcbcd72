resource "google_compute_network" "main" {
  name = "main"
}

resource "google_dns_policy" "main" {
  name           = "main"
  enable_logging = true
  networks {
    network_url = google_compute_network.main.id
  }
}
