resource "google_workstations_workstation_cluster" "good" {
  workstation_cluster_id = "dev"
  network = "main"
  subnetwork = "apps"
  private_cluster_config {
    enable_private_endpoint = true
  }
}

resource "google_workstations_workstation_cluster" "bad" {
  workstation_cluster_id = "open"
  network = "main"
  subnetwork = "apps"
}

resource "google_workstations_workstation_config" "good" {
  workstation_config_id = "code"
  workstation_cluster_id = google_workstations_workstation_cluster.good.workstation_cluster_id
  enable_audit_agent = true
  encryption_key {
    kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
    kms_key_service_account = "ws@acme.iam.gserviceaccount.com"
  }
  host {
    gce_instance {
      disable_public_ip_addresses = true
      service_account = "ws@acme.iam.gserviceaccount.com"
      shielded_instance_config {
        enable_secure_boot = true
      }
      confidential_instance_config {
        enable_confidential_compute = true
      }
    }
  }
}

resource "google_workstations_workstation_config" "bad" {
  workstation_config_id = "lab"
  workstation_cluster_id = google_workstations_workstation_cluster.bad.workstation_cluster_id
  container {
    image = "europe-docker.pkg.dev/acme/dev/code"
    env = { DB_PASSWORD = "Tr0ub4dor-and-3-more" }
  }
}

resource "google_workstations_workstation" "good" {
  workstation_id = "jane"
  workstation_config_id = google_workstations_workstation_config.good.workstation_config_id
  workstation_cluster_id = google_workstations_workstation_cluster.good.workstation_cluster_id
}

resource "google_workstations_workstation_config_iam_member" "good" {
  workstation_config_id = google_workstations_workstation_config.good.workstation_config_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_workstations_workstation_config_iam_binding" "good" {
  workstation_config_id = google_workstations_workstation_config.good.workstation_config_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_workstations_workstation_config_iam_policy" "good" {
  workstation_config_id = google_workstations_workstation_config.good.workstation_config_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_workstations_workstation_iam_member" "good" {
  workstation_id = google_workstations_workstation.good.workstation_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_workstations_workstation_iam_binding" "good" {
  workstation_id = google_workstations_workstation.good.workstation_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_workstations_workstation_iam_policy" "good" {
  workstation_id = google_workstations_workstation.good.workstation_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
