resource "google_container_node_pool" "apps" {
  name    = "apps"
  cluster = "prod"
  management {
    auto_upgrade = true
  }
}

resource "google_container_node_pool" "more" {
  name    = "more"
  cluster = "prod"
}
