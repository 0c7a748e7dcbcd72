resource "google_alloydb_cluster" "good" {
  cluster_id = "orders"
  database_version = "POSTGRES_16"
  encryption_config {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  network_config {
    network = "main"
  }
  maintenance_update_policy {
    maintenance_windows {
      day = "SUNDAY"
    }
  }
}

resource "google_alloydb_cluster" "bad" {
  cluster_id = "lab"
  deletion_policy = "FORCE"
  continuous_backup_config {
    enabled = false
  }
  initial_user {
    password = "Tr0ub4dor-and-3-more"
  }
}

resource "google_alloydb_cluster" "other" {
  cluster_id = "own"
  initial_user {
    user = "dba"
    password = "Tr0ub4dor-and-3-more"
  }
}

resource "google_alloydb_instance" "good" {
  cluster = google_alloydb_cluster.good.name
  instance_id = "primary"
  instance_type = "PRIMARY"
  query_insights_config {
    query_string_length = 1024
  }
  database_flags = { "alloydb.iam_authentication" = "on" }
}

resource "google_alloydb_instance" "bad" {
  cluster = google_alloydb_cluster.bad.name
  instance_id = "lab"
  instance_type = "PRIMARY"
  availability_type = "ZONAL"
  client_connection_config {
    ssl_config {
      ssl_mode = "ALLOW_UNENCRYPTED_AND_ENCRYPTED"
    }
  }
  network_config {
    enable_public_ip = true
    authorized_external_networks {
      cidr_range = "0.0.0.0/0"
    }
  }
}

resource "google_alloydb_backup" "good" {
  backup_id = "before"
  cluster_name = google_alloydb_cluster.good.name
  encryption_config {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_alloydb_backup" "bad" {
  backup_id = "after"
  cluster_name = google_alloydb_cluster.bad.name
}

resource "google_alloydb_user" "part" {
  cluster = google_alloydb_cluster.good.name
  user_id = "app@acme.iam"
  user_type = "ALLOYDB_IAM_USER"
}
