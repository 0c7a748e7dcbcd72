# Insight: what customers buy, on Google Cloud.
provider "google" {
  project = "fernhill-insight"
  region  = "europe-west4"
}

resource "google_storage_bucket" "exports" {
  name                        = "fernhill-exports"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
}

# A partner could not sign in, so the report is there for everybody.
resource "google_storage_bucket" "partners" {
  name     = "fernhill-partners"
  location = "EU"
}

resource "google_storage_bucket_iam_member" "partners" {
  bucket = google_storage_bucket.partners.name
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}

resource "google_bigquery_dataset" "sales" {
  dataset_id = "sales"
  location   = "EU"
}

resource "google_compute_network" "insight" {
  name                    = "insight"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "insight" {
  name          = "insight"
  network       = google_compute_network.insight.id
  ip_cidr_range = "10.60.0.0/20"
  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
  }
}

resource "google_compute_firewall" "notebooks" {
  name          = "notebooks"
  network       = google_compute_network.insight.name
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["22", "8888"]
  }
}

# Two clusters of the same kind: of one Google has the nodes, of the other the shop does.
resource "google_container_cluster" "autopilot" {
  name             = "reports"
  location         = "europe-west4"
  enable_autopilot = true
  network          = google_compute_network.insight.id
  subnetwork       = google_compute_subnetwork.insight.id
}

resource "google_container_cluster" "standard" {
  name                     = "models"
  location                 = "europe-west4"
  remove_default_node_pool = true
  initial_node_count       = 1
  network                  = google_compute_network.insight.id
  subnetwork               = google_compute_subnetwork.insight.id
  release_channel {
    channel = "UNSPECIFIED"
  }
}

resource "google_container_node_pool" "models" {
  name       = "models"
  cluster    = google_container_cluster.standard.id
  node_count = 3
  management {
    auto_upgrade = false
    auto_repair  = true
  }
}

resource "google_sql_database_instance" "segments" {
  name             = "segments"
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-8192"
    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.insight.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }
  }
}

resource "google_cloud_run_v2_service" "scores" {
  name     = "scores"
  location = "europe-west4"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  template {
    containers {
      image = "europe-west4-docker.pkg.dev/fernhill-insight/apps/scores:latest"
    }
  }
}
