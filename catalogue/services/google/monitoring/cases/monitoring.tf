resource "google_monitoring_alert_policy" "good" {
  display_name = "owners"
  combiner = "OR"
  notification_channels = [google_monitoring_notification_channel.good.id]
  conditions {
    display_name = "changed"
    condition_threshold {
      filter = "metric.type=\"logging.googleapis.com/user/owners\""
      comparison = "COMPARISON_GT"
      duration = "0s"
    }
  }
}

resource "google_monitoring_alert_policy" "bad" {
  display_name = "silent"
  combiner = "OR"
  conditions {
    display_name = "seen"
    condition_matched_log {
      filter = "severity=ERROR"
    }
  }
}

resource "google_monitoring_notification_channel" "good" {
  display_name = "on call"
  type = "email"
  labels = { email_address = "oncall@example.com" }
}

resource "google_monitoring_notification_channel" "bad" {
  display_name = "chat"
  type = "slack"
  enabled = false
  sensitive_labels {
    auth_token = "Tr0ub4dor-and-3-more"
  }
}

resource "google_monitoring_uptime_check_config" "good" {
  display_name = "shop"
  timeout = "10s"
  http_check {
    use_ssl = true
  }
}

resource "google_monitoring_uptime_check_config" "bad" {
  display_name = "old"
  timeout = "10s"
  http_check {
    path = "/"
  }
}
