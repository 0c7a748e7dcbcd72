resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-medium"
  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
  network_interface {
    network = "main"
  }
  shielded_instance_config {
    enable_integrity_monitoring = false
  }
}

resource "google_compute_instance_template" "tmpl" {
  name         = "tmpl"
  machine_type = "e2-medium"
  disk {
    source_image = "debian-cloud/debian-12"
  }
  network_interface {
    network = "main"
  }
  shielded_instance_config {
    enable_secure_boot          = true
    enable_integrity_monitoring = false
  }
}
