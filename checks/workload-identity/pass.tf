resource "google_container_cluster" "prod" {
  name                     = "prod"
  location                 = "europe-west1"
  workload_identity_config {
    workload_pool = "acme.svc.id.goog"
  }
}

resource "google_container_cluster" "auto" {
  name                     = "auto"
  location                 = "europe-west1"
  enable_autopilot = true
}

resource "google_container_node_pool" "apps" {
  name    = "apps"
  cluster = "prod"
  node_config {
    workload_metadata_config {
      mode = "GKE_METADATA"
    }
  }
}
