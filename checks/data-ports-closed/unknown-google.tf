variable "ranges" {
  type = list(string)
}

resource "google_compute_firewall" "db" {
  name          = "db"
  description   = "db"
  network       = "main"
  source_ranges = var.ranges
  allow {
    protocol = "tcp"
    ports    = ["5432"]
  }
}
