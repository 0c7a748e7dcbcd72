resource "google_container_node_pool" "apps" {
  name    = "apps"
  cluster = "prod"
}

resource "google_container_node_pool" "more" {
  name    = "more"
  cluster = "prod"
  management {
    auto_repair = true
  }
}
