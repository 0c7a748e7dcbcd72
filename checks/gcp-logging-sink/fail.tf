resource "google_logging_project_sink" "all" {
  name        = "all"
  destination = "storage.googleapis.com/acme-logs"
  filter      = "severity >= ERROR"
}
