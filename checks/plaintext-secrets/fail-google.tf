resource "google_cloudfunctions2_function" "resize" {
  name = "resize"
  service_config {
    environment_variables = { DB_PASSWORD = "Tr0ub4dor-and-3-more" }
  }
}
