resource "google_compute_firewall" "ssh" {
  name          = "ssh"
  description   = "ssh"
  network       = "main"
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}

resource "google_compute_firewall" "desktop" {
  name          = "desktop"
  description   = "desktop"
  network       = "main"
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["3000-4000"]
  }
}
