variable "on" {
  type = bool
}

resource "google_compute_network" "other" {
  name = "main"
}

resource "google_compute_subnetwork" "apps" {
  name          = "apps"
  ip_cidr_range = "10.0.0.0/20"
  network       = google_compute_network.other.id
  private_ip_google_access = var.on
}
