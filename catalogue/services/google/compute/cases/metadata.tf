resource "google_compute_project_metadata" "all" {
  metadata = {
    enable-oslogin     = "TRUE"
    serial-port-enable = "TRUE"
  }
}
