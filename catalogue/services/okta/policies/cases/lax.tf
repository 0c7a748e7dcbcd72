resource "okta_threat_insight_settings" "main" {
  action = "none"
}

resource "okta_log_stream" "main" {
  name   = "events"
  type   = "aws_eventbridge"
  status = "INACTIVE"
}
