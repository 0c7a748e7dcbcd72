resource "google_dataflow_job" "good" {
  name = "stream"
  template_gcs_path = "gs://acme/template"
  temp_gcs_location = "gs://acme/tmp"
  ip_configuration = "WORKER_IP_PRIVATE"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  service_account_email = "flow@acme.iam.gserviceaccount.com"
}

resource "google_dataflow_job" "bad" {
  name = "lab"
  template_gcs_path = "gs://acme/template"
  temp_gcs_location = "gs://acme/tmp"
  parameters = { password = "Tr0ub4dor-and-3-more" }
}

resource "google_dataflow_flex_template_job" "good" {
  name = "flex"
  ip_configuration = "WORKER_IP_PRIVATE"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  service_account_email = "flow@acme.iam.gserviceaccount.com"
}

resource "google_dataflow_flex_template_job" "bad" {
  name = "flex-lab"
  parameters = { password = "Tr0ub4dor-and-3-more" }
}

resource "google_data_pipeline_pipeline" "good" {
  name = "daily"
  type = "PIPELINE_TYPE_BATCH"
  state = "STATE_ACTIVE"
}
