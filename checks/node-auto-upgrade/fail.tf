resource "google_container_node_pool" "apps" {
  name    = "apps"
  cluster = "prod"
  management {
    auto_upgrade = false
  }
}
