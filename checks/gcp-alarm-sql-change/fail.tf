resource "google_logging_metric" "changes" {
  name   = "changes"
  filter = "protoPayload.methodName=\"cloudsql.instances.update\""
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
  }
}
