resource "google_logging_metric" "changes" {
  name   = "changes"
  filter = "protoPayload.serviceName=\"cloudresourcemanager.googleapis.com\" AND protoPayload.serviceData.policyDelta.bindingDeltas.role=\"roles/owner\""
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
  }
}
