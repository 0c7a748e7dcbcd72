resource "google_compute_instance" "good" {
  name                = "app"
  machine_type        = "e2-medium"
  zone                = "europe-west1-b"
  deletion_protection = true
  boot_disk {
    kms_key_self_link = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/disks"
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
  network_interface {
    subnetwork = "apps"
  }
  service_account {
    email  = google_service_account.app.email
    scopes = ["https://www.googleapis.com/auth/logging.write"]
  }
  metadata = {
    enable-oslogin         = "TRUE"
    block-project-ssh-keys = "true"
  }
  shielded_instance_config {
    enable_secure_boot          = true
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }
  confidential_instance_config {
    enable_confidential_compute = true
  }
}

resource "google_service_account" "app" {
  account_id = "app"
}

resource "google_compute_instance" "named" {
  name         = "named"
  machine_type = "e2-medium"
  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
  network_interface {
    subnetwork = "apps"
  }
  service_account {
    email  = "app@acme.iam.gserviceaccount.com"
    scopes = ["cloud-platform"]
  }
}

resource "google_compute_instance" "bad" {
  name           = "web"
  machine_type   = "e2-medium"
  zone           = "europe-west1-b"
  can_ip_forward = true
  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
  network_interface {
    network = "default"
    access_config {}
  }
  service_account {
    scopes = ["cloud-platform"]
  }
  metadata = {
    serial-port-enable = "TRUE"
    startup-script     = "export DB_PASSWORD=Tr0ub4dor-and-3-more"
  }
  shielded_instance_config {
    enable_vtpm                 = false
    enable_integrity_monitoring = false
  }
}

resource "google_compute_instance" "plain" {
  name         = "plain"
  machine_type = "e2-medium"
  boot_disk {
    source = google_compute_disk.data.id
  }
  network_interface {
    network = "default"
  }
}

resource "google_compute_disk" "data" {
  name = "data"
}

resource "google_compute_attached_disk" "data" {
  disk     = google_compute_disk.data.id
  instance = google_compute_instance.good.id
}

resource "google_compute_instance_from_template" "third" {
  name                     = "third"
  source_instance_template = google_compute_instance_template.good.self_link_unique
}

resource "google_compute_instance_from_machine_image" "fourth" {
  name                 = "fourth"
  source_machine_image = "projects/acme/global/machineImages/app"
  metadata = {
    api_token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
  }
}

resource "google_compute_instance_template" "good" {
  name_prefix  = "app-"
  machine_type = "e2-medium"
  disk {
    source_image = "debian-cloud/debian-12"
    disk_encryption_key {
      kms_key_self_link = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/disks"
    }
  }
  network_interface {
    subnetwork = "apps"
  }
  service_account {
    email  = "app@acme.iam.gserviceaccount.com"
    scopes = ["logging-write"]
  }
  metadata = {
    enable-oslogin         = true
    block-project-ssh-keys = true
  }
  shielded_instance_config {
    enable_secure_boot = true
  }
  confidential_instance_config {
    confidential_instance_type = "SEV_SNP"
  }
}

resource "google_compute_instance_template" "bad" {
  name_prefix    = "web-"
  machine_type   = "e2-medium"
  can_ip_forward = true
  disk {
    source_image = "debian-cloud/debian-12"
  }
  network_interface {
    network = "default"
    access_config {}
  }
  service_account {
    scopes = ["cloud-platform"]
  }
  metadata = {
    serial-port-enable = true
  }
  metadata_startup_script = "export DB_PASSWORD=Tr0ub4dor-and-3-more"
  shielded_instance_config {
    enable_vtpm                 = false
    enable_integrity_monitoring = false
  }
}

resource "google_compute_instance_template" "plain" {
  name         = "plain"
  machine_type = "e2-medium"
  disk {
    source_image = "debian-cloud/debian-12"
  }
  network_interface {
    network = "default"
  }
}

resource "google_compute_region_instance_template" "good" {
  name_prefix  = "app-"
  machine_type = "e2-medium"
  disk {
    source_image = "debian-cloud/debian-12"
    disk_encryption_key {
      kms_key_self_link = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/disks"
    }
  }
  network_interface {
    subnetwork = "apps"
  }
  service_account {
    email  = "app@acme.iam.gserviceaccount.com"
    scopes = ["logging-write"]
  }
  metadata = {
    enable-oslogin         = true
    block-project-ssh-keys = true
  }
  shielded_instance_config {
    enable_secure_boot = true
  }
  confidential_instance_config {
    confidential_instance_type = "SEV_SNP"
  }
}

resource "google_compute_region_instance_template" "bad" {
  name_prefix    = "web-"
  machine_type   = "e2-medium"
  can_ip_forward = true
  disk {
    source_image = "debian-cloud/debian-12"
  }
  network_interface {
    network = "default"
    access_config {}
  }
  service_account {
    scopes = ["cloud-platform"]
  }
  metadata = {
    serial-port-enable = true
  }
  metadata_startup_script = "export DB_PASSWORD=Tr0ub4dor-and-3-more"
  shielded_instance_config {
    enable_vtpm                 = false
    enable_integrity_monitoring = false
  }
}

resource "google_compute_region_instance_template" "plain" {
  name         = "plain"
  machine_type = "e2-medium"
  disk {
    source_image = "debian-cloud/debian-12"
  }
  network_interface {
    network = "default"
  }
}
