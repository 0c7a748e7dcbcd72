resource "google_service_account" "app" {
  account_id = "app"
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
  service_account {
    email  = google_service_account.app.email
    scopes = ["logging-write"]
  }
}

resource "google_compute_instance" "none" {
  name         = "none"
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

resource "google_cloud_run_v2_service" "shop" {
  name = "shop"
  template {
    service_account = "shop@acme.iam.gserviceaccount.com"
    containers {
      image = "europe-docker.pkg.dev/acme/shop/web:1"
    }
  }
}

resource "google_container_node_pool" "apps" {
  name    = "apps"
  cluster = "prod"
  node_config {
    service_account = "nodes@acme.iam.gserviceaccount.com"
  }
}
