resource "google_datastream_stream" "good" {
  stream_id = "orders"
  display_name = "orders"
  customer_managed_encryption_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_datastream_stream" "bad" {
  stream_id = "lab"
  display_name = "lab"
}

resource "google_datastream_connection_profile" "good" {
  connection_profile_id = "source"
  display_name = "source"
  postgresql_profile {
    hostname = "10.0.0.5"
    username = "stream"
    database = "orders"
    secret_manager_stored_password = "projects/acme/secrets/stream/versions/1"
  }
  private_connectivity {
    private_connection = google_datastream_private_connection.good.id
  }
}

resource "google_datastream_connection_profile" "bad" {
  connection_profile_id = "lab"
  display_name = "lab"
  mysql_profile {
    hostname = "203.0.113.5"
    username = "stream"
    password = "Tr0ub4dor-and-3-more"
  }
}

resource "google_datastream_private_connection" "good" {
  private_connection_id = "main"
  display_name = "main"
}

resource "google_database_migration_service_migration_job" "good" {
  migration_job_id = "move"
  type = "CONTINUOUS"
  source = "old"
  destination = "new"
}

resource "google_database_migration_service_connection_profile" "good" {
  connection_profile_id = "new"
  cloudsql {
    settings {
      source_id = "projects/acme/instances/old"
    }
  }
}

resource "google_database_migration_service_connection_profile" "bad" {
  connection_profile_id = "old"
  mysql {
    host = "10.0.0.5"
    port = 3306
    username = "move"
    password = "Tr0ub4dor-and-3-more"
  }
}

resource "google_database_migration_service_private_connection" "good" {
  private_connection_id = "main"
}
