resource "google_compute_firewall" "all" {
  name          = "all"
  network       = "main"
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "all"
  }
}
