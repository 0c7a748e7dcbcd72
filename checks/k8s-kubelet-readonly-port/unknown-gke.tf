variable "port" {
  type = string
}

resource "google_container_cluster" "shop" {
  name     = "shop"
  location = "europe-west1"
  node_pool_defaults {
    node_config_defaults {
      insecure_kubelet_readonly_port_enabled = "FALSE"
    }
  }
}

resource "google_container_node_pool" "later" {
  name    = "later"
  cluster = google_container_cluster.shop.id
  node_config {
    kubelet_config {
      insecure_kubelet_readonly_port_enabled = var.port
    }
  }
}

resource "google_container_cluster" "silent" {
  name     = "silent"
  location = "europe-west1"
}

resource "google_container_node_pool" "silent" {
  name    = "silent"
  cluster = google_container_cluster.silent.id
}
