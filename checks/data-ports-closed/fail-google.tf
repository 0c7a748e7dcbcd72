resource "google_compute_firewall" "db" {
  name          = "db"
  description   = "db"
  network       = "main"
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["3306", "5432"]
  }
}
