resource "google_container_cluster" "prod" {
  name                     = "prod"
  location                 = "europe-west1"
}

resource "google_container_node_pool" "apps" {
  name    = "apps"
  cluster = "prod"
  node_config {
    workload_metadata_config {
      mode = "GCE_METADATA"
    }
  }
}
