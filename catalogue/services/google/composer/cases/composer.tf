resource "google_composer_environment" "good" {
  name = "etl"
  config {
    resilience_mode = "HIGH_RESILIENCE"
    enable_private_environment = true
    encryption_config {
      kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
    }
    node_config {
      service_account = "etl@acme.iam.gserviceaccount.com"
    }
    software_config {
      image_version = "composer-3-airflow-2.9.3"
    }
    web_server_network_access_control {
      allowed_ip_range {
        value = "203.0.113.0/24"
      }
    }
    recovery_config {
      scheduled_snapshots_config {
        enabled = true
      }
    }
  }
}

resource "google_composer_environment" "bad" {
  name = "lab"
  config {
    software_config {
      env_variables = { DB_PASSWORD = "Tr0ub4dor-and-3-more" }
    }
  }
}

resource "google_composer_user_workloads_config_map" "part" {
  name = "settings"
  environment = google_composer_environment.good.name
  data = { colour = "green" }
}

resource "google_composer_user_workloads_secret" "part" {
  name = "db"
  environment = google_composer_environment.good.name
  data = { password = "VHIwdWI0ZG9y" }
}

resource "google_composer_user_workloads_secret" "part1" {
  name = "empty"
  environment = google_composer_environment.bad.name
}
