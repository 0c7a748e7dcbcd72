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
  service_account {
    email  = "app@acme.iam.gserviceaccount.com"
    scopes = ["cloud-platform"]
  }
}

resource "google_compute_instance" "narrow" {
  name         = "narrow"
  machine_type = "e2-medium"
  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
  network_interface {
    network = "main"
  }
  service_account {
    scopes = ["logging-write"]
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
  service_account {
    email  = "app@acme.iam.gserviceaccount.com"
    scopes = ["cloud-platform"]
  }
}
