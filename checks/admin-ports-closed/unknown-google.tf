variable "ranges" {
  type = list(string)
}

resource "google_compute_firewall" "ssh" {
  name          = "ssh"
  description   = "ssh"
  network       = "main"
  source_ranges = var.ranges
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}
