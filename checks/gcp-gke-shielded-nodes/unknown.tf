variable "boot" {
  type = bool
}

resource "google_container_node_pool" "apps" {
  name    = "apps"
  cluster = "prod"
  node_config {
    shielded_instance_config {
      enable_secure_boot          = var.boot
      enable_integrity_monitoring = true
    }
  }
}
