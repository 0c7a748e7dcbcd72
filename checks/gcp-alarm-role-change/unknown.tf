variable "pattern" {
  type = string
}

resource "google_logging_metric" "changes" {
  name   = "changes"
  filter = var.pattern
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
  }
}

resource "google_monitoring_alert_policy" "changes" {
  display_name          = "changes"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.oncall.id]
  conditions {
    display_name = "changed"
    condition_threshold {
      filter     = "metric.type=\"logging.googleapis.com/user/changes\" AND resource.type=\"global\""
      comparison = "COMPARISON_GT"
      duration   = "0s"
    }
  }
}

resource "google_monitoring_notification_channel" "oncall" {
  display_name = "on call"
  type         = "email"
  labels       = { email_address = "oncall@example.com" }
}
