resource "google_cloudfunctions2_function" "resize" {
  name = "resize"
  service_config {
    secret_environment_variables {
      key        = "DB_PASSWORD"
      project_id = "acme"
      secret     = "db"
      version    = "1"
    }
  }
}
