resource "google_container_cluster" "shut" {
  name     = "shut"
  location = "europe-west1"
  node_pool_defaults {
    node_config_defaults {
      insecure_kubelet_readonly_port_enabled = "FALSE"
    }
  }
}

resource "google_container_node_pool" "shut" {
  name    = "shut"
  cluster = google_container_cluster.shut.id
}

resource "google_container_node_pool" "other" {
  name    = "other"
  cluster = google_container_cluster.shut.id
  node_config {
    kubelet_config {
      insecure_kubelet_readonly_port_enabled = "TRUE"
    }
  }
}

resource "google_container_cluster" "open" {
  name     = "open"
  location = "europe-west1"
  node_pool_defaults {
    node_config_defaults {
      insecure_kubelet_readonly_port_enabled = "TRUE"
    }
  }
}

resource "google_container_node_pool" "open" {
  name    = "open"
  cluster = google_container_cluster.open.id
}

resource "google_container_cluster" "silent" {
  name     = "silent"
  location = "europe-west1"
}

resource "google_container_node_pool" "silent" {
  name    = "silent"
  cluster = google_container_cluster.silent.id
}
