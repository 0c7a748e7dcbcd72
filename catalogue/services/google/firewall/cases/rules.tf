resource "google_compute_firewall" "open" {
  name          = "ssh"
  description   = "administration"
  network       = "main"
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["22", "8000-9000"]
  }
  allow {
    protocol = "icmp"
  }
}

resource "google_compute_firewall" "health" {
  name          = "health"
  network       = "main"
  source_ranges = ["35.191.0.0/16", "130.211.0.0/22"]
  target_tags   = ["web"]
  allow {
    protocol = "tcp"
    ports    = [8080]
  }
  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_firewall" "tagged" {
  name        = "tagged"
  network     = "main"
  source_tags = ["web"]
  allow {
    protocol = "all"
  }
}

resource "google_compute_firewall" "nothing" {
  name     = "nothing"
  network  = "main"
  priority = 900
  deny {
    protocol = "tcp"
    ports    = ["22"]
  }
  deny {
    protocol = "udp"
  }
  source_ranges = ["0.0.0.0/0"]
}

resource "google_compute_firewall" "off" {
  name          = "off"
  network       = "main"
  disabled      = true
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "all"
  }
}

resource "google_compute_firewall" "out" {
  name      = "out"
  network   = "main"
  direction = "EGRESS"
  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
  destination_ranges = ["10.0.0.0/8"]
}
