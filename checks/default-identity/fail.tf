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
    scopes = ["cloud-platform"]
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
    email  = "123456-compute@developer.gserviceaccount.com"
    scopes = ["logging-write"]
  }
}

resource "google_cloud_run_v2_service" "shop" {
  name = "shop"
  template {
    containers {
      image = "europe-docker.pkg.dev/acme/shop/web:1"
    }
  }
}

resource "google_container_node_pool" "apps" {
  name    = "apps"
  cluster = "prod"
  node_config {
  }
}
