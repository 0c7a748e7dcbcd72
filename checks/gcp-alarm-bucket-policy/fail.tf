resource "google_logging_metric" "changes" {
  name   = "changes"
  filter = "resource.type=\"gcs_bucket\" AND protoPayload.methodName=\"storage.setIamPermissions\""
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
  }
}
