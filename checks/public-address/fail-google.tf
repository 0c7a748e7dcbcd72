resource "google_compute_instance" "web" {
  name         = "web"
  machine_type = "e2-medium"
  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
  network_interface {
    network = "main"
    access_config {}
  }
}
