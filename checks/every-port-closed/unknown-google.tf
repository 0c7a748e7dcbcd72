variable "ranges" {
  type = list(string)
}

resource "google_compute_firewall" "all" {
  name          = "all"
  network       = "main"
  source_ranges = var.ranges
  allow {
    protocol = "all"
  }
}
