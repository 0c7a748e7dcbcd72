resource "google_container_cluster" "shop" {
  name     = "shop"
  location = "europe-west1"
  node_pool_defaults {
    node_config_defaults {
      insecure_kubelet_readonly_port_enabled = "TRUE"
    }
  }
}

resource "google_container_node_pool" "shop" {
  name    = "shop"
  cluster = google_container_cluster.shop.id
}
