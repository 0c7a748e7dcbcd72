resource "google_compute_project_metadata" "all" {
  metadata = {
    enable-oslogin = "FALSE"
  }
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
  metadata = {
    enable-oslogin = "FALSE"
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
}
