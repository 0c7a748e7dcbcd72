resource "google_sql_database_instance" "good" {
  name                = "orders"
  database_version    = "POSTGRES_16"
  region              = "europe-west1"
  encryption_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/sql"
  settings {
    tier                        = "db-custom-2-8192"
    availability_type           = "REGIONAL"
    deletion_protection_enabled = true
    retain_backups_on_delete    = true
    ip_configuration {
      ipv4_enabled    = false
      private_network = "projects/acme/global/networks/main"
      ssl_mode        = "ENCRYPTED_ONLY"
    }
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      backup_retention_settings {
        retained_backups = 30
      }
    }
    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }
    insights_config {
      query_insights_enabled = true
    }
    maintenance_window {
      day  = 7
      hour = 3
    }
    password_validation_policy {
      enable_password_policy = true
      min_length             = 14
      complexity             = "COMPLEXITY_DEFAULT"
    }
  }
}

resource "google_sql_database_instance" "bad" {
  name                = "legacy"
  database_version    = "MYSQL_5_7"
  root_password       = "Tr0ub4dor-and-3"
  deletion_protection = false
  settings {
    tier = "db-f1-micro"
    ip_configuration {
      authorized_networks {
        value = "0.0.0.0/0"
      }
    }
    database_flags {
      name  = "local_infile"
      value = "on"
    }
    password_validation_policy {
      enable_password_policy = true
      min_length             = 6
    }
  }
}

resource "google_sql_database_instance" "mssql" {
  name             = "mssql"
  database_version = "SQLSERVER_2019_STANDARD"
  settings {
    tier = "db-custom-2-8192"
  }
}

resource "google_sql_database" "orders" {
  name     = "orders"
  instance = google_sql_database_instance.good.name
}

resource "google_sql_user" "app" {
  name     = "app"
  instance = google_sql_database_instance.good.name
  type     = "CLOUD_IAM_SERVICE_ACCOUNT"
}

resource "google_sql_user" "root" {
  name     = "root"
  instance = google_sql_database_instance.bad.name
  password = "Tr0ub4dor-and-3"
}
