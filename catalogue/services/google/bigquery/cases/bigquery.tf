resource "google_bigquery_dataset" "good" {
  dataset_id = "orders"
  default_table_expiration_ms = 3600000
  default_encryption_configuration {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  access {
    role          = "OWNER"
    user_by_email = "jane@example.com"
  }
}

resource "google_bigquery_dataset" "bad" {
  dataset_id = "open"
  delete_contents_on_destroy = true
  access {
    role          = "READER"
    special_group = "allAuthenticatedUsers"
  }
}

resource "google_bigquery_table" "good" {
  dataset_id = "orders"
  table_id = "lines"
  encryption_configuration {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_bigquery_table" "bad" {
  dataset_id = "orders"
  table_id = "scratch"
  deletion_protection = false
}

resource "google_bigquery_connection" "good" {
  connection_id = "lake"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  cloud_resource {}
}

resource "google_bigquery_connection" "bad" {
  connection_id = "sql"
  cloud_sql {
    instance_id = "acme:europe-west1:orders"
    database = "orders"
    type = "POSTGRES"
    credential {
      username = "app"
      password = "Tr0ub4dor-and-3-more"
    }
  }
}

resource "google_bigquery_data_transfer_config" "good" {
  display_name = "nightly"
  data_source_id = "scheduled_query"
  encryption_configuration {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  params = { query = "SELECT 1" }
}

resource "google_bigquery_data_transfer_config" "bad" {
  display_name = "from AWS"
  data_source_id = "amazon_s3"
  params = {}
  sensitive_params {
    secret_access_key = "Tr0ub4dor-and-3-more"
  }
}

resource "google_bigquery_datapolicy_data_policy" "good" {
  data_policy_id = "mask"
  policy_tag = "projects/acme/locations/eu/taxonomies/1/policyTags/2"
  data_policy_type = "DATA_MASKING_POLICY"
}

resource "google_bigquery_analytics_hub_data_exchange" "good" {
  data_exchange_id = "partners"
  display_name = "partners"
}

resource "google_bigquery_analytics_hub_listing" "good" {
  listing_id = "orders"
  restricted_export_config {
    enabled = true
  }
}

resource "google_bigquery_analytics_hub_listing" "bad" {
  listing_id = "open"
}

resource "google_bigquery_dataset_access" "part" {
  dataset_id = google_bigquery_dataset.good.dataset_id
  role = "READER"
  iam_member = "allUsers"
}

resource "google_bigquery_dataset_iam_member" "good" {
  dataset_id = google_bigquery_dataset.good.dataset_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_bigquery_dataset_iam_binding" "good" {
  dataset_id = google_bigquery_dataset.good.dataset_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_bigquery_dataset_iam_policy" "good" {
  dataset_id = google_bigquery_dataset.good.dataset_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_bigquery_table_iam_member" "good" {
  table_id = google_bigquery_table.good.table_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_bigquery_table_iam_binding" "good" {
  table_id = google_bigquery_table.good.table_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_bigquery_table_iam_policy" "good" {
  table_id = google_bigquery_table.good.table_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_bigquery_connection_iam_member" "good" {
  connection_id = google_bigquery_connection.good.connection_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_bigquery_connection_iam_binding" "good" {
  connection_id = google_bigquery_connection.good.connection_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_bigquery_connection_iam_policy" "good" {
  connection_id = google_bigquery_connection.good.connection_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_bigquery_datapolicy_data_policy_iam_member" "good" {
  data_policy_id = google_bigquery_datapolicy_data_policy.good.data_policy_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_bigquery_datapolicy_data_policy_iam_binding" "good" {
  data_policy_id = google_bigquery_datapolicy_data_policy.good.data_policy_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_bigquery_datapolicy_data_policy_iam_policy" "good" {
  data_policy_id = google_bigquery_datapolicy_data_policy.good.data_policy_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_bigquery_analytics_hub_data_exchange_iam_member" "good" {
  data_exchange_id = google_bigquery_analytics_hub_data_exchange.good.data_exchange_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_bigquery_analytics_hub_data_exchange_iam_binding" "good" {
  data_exchange_id = google_bigquery_analytics_hub_data_exchange.good.data_exchange_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_bigquery_analytics_hub_data_exchange_iam_policy" "good" {
  data_exchange_id = google_bigquery_analytics_hub_data_exchange.good.data_exchange_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_bigquery_analytics_hub_listing_iam_member" "good" {
  listing_id = google_bigquery_analytics_hub_listing.good.listing_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_bigquery_analytics_hub_listing_iam_binding" "good" {
  listing_id = google_bigquery_analytics_hub_listing.good.listing_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_bigquery_analytics_hub_listing_iam_policy" "good" {
  listing_id = google_bigquery_analytics_hub_listing.good.listing_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
