resource "google_compute_network" "n" {
  name = "n"
}

resource "google_compute_firewall" "web" {
  name = "web"
  network = google_compute_network.n.name
  source_ranges = ["0.0.0.0/0"]
  target_tags = ["web"]
  allow {
    protocol = "tcp"
    ports = ["443"]
  }
}

resource "google_compute_firewall" "int" {
  name = "int"
  network = google_compute_network.n.name
  source_ranges = ["10.0.0.0/8"]
  allow {
    protocol = "all"
  }
}

resource "google_service_account" "a" {
  account_id = "a"
}

resource "google_project_iam_member" "o" {
  role = "roles/owner"
  member = google_service_account.a.member
}

resource "google_compute_instance" "web" {
  name = "web"
  tags = ["web"]
  network_interface {
    network = google_compute_network.n.id
    access_config {}
  }
  service_account {
    email = google_service_account.a.email
    scopes = ["cloud-platform"]
  }
}

resource "google_compute_instance" "db" {
  name = "db"
  network_interface {
    network = google_compute_network.n.id
    access_config {}
  }
}
