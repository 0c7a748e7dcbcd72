resource "google_compute_project_metadata_item" "login" {
  key   = "enable-oslogin"
  value = "TRUE"
}

resource "google_compute_project_metadata_item" "serial" {
  key   = "serial-port-enable"
  value = "FALSE"
}

resource "google_compute_project_metadata_item" "note" {
  key   = "note"
  value = "hello"
}
