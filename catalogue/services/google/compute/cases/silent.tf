resource "google_compute_project_metadata" "all" {
  metadata = {
    enable-oslogin     = "FALSE"
    serial-port-enable = "FALSE"
  }
}
