resource "google_cloud_tasks_queue" "good" {
  name = "mail"
  stackdriver_logging_config {
    sampling_ratio = 1
  }
  http_target {
    oidc_token {
      service_account_email = "mail@acme.iam.gserviceaccount.com"
    }
  }
}

resource "google_cloud_tasks_queue" "bad" {
  name = "lab"
}

resource "google_cloud_scheduler_job" "good" {
  name = "nightly"
  http_target {
    uri = "https://shop.example.com/nightly"
    oidc_token {
      service_account_email = "cron@acme.iam.gserviceaccount.com"
    }
  }
}

resource "google_cloud_scheduler_job" "bad" {
  name = "lab"
  http_target {
    uri = "http://lab.example.com/run"
    headers = { Authorization = "Bearer ghp_16C7e42F292c6912E7710c838347Ae178B4a" }
  }
}

resource "google_workflows_workflow" "good" {
  name = "order"
  service_account = "order@acme.iam.gserviceaccount.com"
  call_log_level = "LOG_ALL_CALLS"
  crypto_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  source_contents = "main: {}"
}

resource "google_workflows_workflow" "bad" {
  name = "lab"
  deletion_protection = false
  user_env_vars = { DB_PASSWORD = "Tr0ub4dor-and-3-more" }
}

resource "google_eventarc_trigger" "good" {
  name = "uploaded"
  service_account = "event@acme.iam.gserviceaccount.com"
  destination {
    cloud_run_service {
      service = "shop"
    }
  }
}

resource "google_eventarc_trigger" "bad" {
  name = "lab"
}

resource "google_eventarc_channel" "good" {
  name = "partners"
  crypto_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_eventarc_channel" "bad" {
  name = "lab"
}

resource "google_eventarc_message_bus" "good" {
  message_bus_id = "bus"
  crypto_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_eventarc_message_bus" "bad" {
  message_bus_id = "lab"
}

resource "google_eventarc_pipeline" "good" {
  pipeline_id = "pipe"
  crypto_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_eventarc_pipeline" "bad" {
  pipeline_id = "lab"
}

resource "google_eventarc_google_channel_config" "good" {
  name = "googleChannelConfig"
  crypto_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_eventarc_google_channel_config" "bad" {
  name = "plain"
}

resource "google_integrations_client" "good" {
  location = "europe-west1"
  cloud_kms_config {
    kms_location = "europe-west1"
    kms_ring = "data"
    key = "integrations"
  }
}

resource "google_integrations_client" "bad" {
  location = "us-central1"
}

resource "google_integration_connectors_connection" "good" {
  name = "crm"
  log_config {
    enabled = true
  }
}

resource "google_integration_connectors_connection" "bad" {
  name = "lab"
}

resource "google_cloud_tasks_queue_iam_member" "good" {
  name = google_cloud_tasks_queue.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_cloud_tasks_queue_iam_binding" "good" {
  name = google_cloud_tasks_queue.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_cloud_tasks_queue_iam_policy" "good" {
  name = google_cloud_tasks_queue.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
