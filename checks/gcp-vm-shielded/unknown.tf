variable "monitored" {
  type = bool
}

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
    enable_integrity_monitoring = var.monitored
  }
}

resource "google_compute_instance" "image_decides" {
  name         = "image"
  machine_type = "e2-medium"
  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
  network_interface {
    network = "main"
  }
}
