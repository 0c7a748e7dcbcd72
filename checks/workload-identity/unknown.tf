variable "mode" {
  type = string
}

resource "google_container_node_pool" "apps" {
  name    = "apps"
  cluster = "prod"
  node_config {
    workload_metadata_config {
      mode = var.mode
    }
  }
}
