resource "databricks_workspace_conf" "main" {
  custom_config = {
    enableIpAccessLists  = true
    maxTokenLifetimeDays = "90"
  }
}

resource "databricks_mws_log_delivery" "audit" {
  account_id               = "acc"
  credentials_id           = "cred"
  storage_configuration_id = "sto"
  log_type                 = "AUDIT_LOGS"
  output_format            = "JSON"
}

resource "databricks_mws_workspaces" "classic" {
  account_id                      = "acc"
  workspace_name                  = "classic"
  network_id                      = "net"
  storage_customer_managed_key_id = "key"
  private_access_settings_id      = "pas"
  pricing_tier                    = "ENTERPRISE"
}

resource "databricks_mws_workspaces" "serverless" {
  account_id     = "acc"
  workspace_name = "serverless"
  compute_mode   = "SERVERLESS"
}

resource "databricks_cluster" "good" {
  cluster_name                 = "etl"
  spark_version                = "16.4.x-scala2.12"
  enable_local_disk_encryption = true
}

resource "databricks_cluster" "bad" {
  cluster_name  = "scratch"
  spark_version = "9.1.x-scala2.12"
  docker_image {
    url = "registry.example.com/spark:16"
    basic_auth {
      username = "puller"
      password = "correct-horse-battery-9"
    }
  }
}

resource "databricks_sql_endpoint" "serverless" {
  name                      = "bi"
  cluster_size              = "Small"
  enable_serverless_compute = true
}

resource "databricks_sql_endpoint" "classic" {
  name         = "old bi"
  cluster_size = "Small"
}

resource "databricks_token" "short" {
  lifetime_seconds = 2592000
}

resource "databricks_token" "endless" {
  comment = "old"
}

resource "databricks_obo_token" "short" {
  application_id   = "app"
  lifetime_seconds = 2592000
}

resource "databricks_obo_token" "endless" {
  application_id = "app"
}

resource "databricks_service_principal_secret" "ci" {
  service_principal_id = "1"
}

resource "databricks_user" "ada" {
  user_name = "ada@rootstock.example"
}

resource "databricks_service_principal" "ci" {
  display_name = "ci"
}

resource "databricks_group" "staff" {
  display_name = "staff"
}

resource "random_password" "db" {
  length = 40
}

resource "databricks_secret" "written" {
  scope        = "shop"
  key          = "db"
  string_value = "s-${random_password.db.result}"
}

resource "databricks_secret" "elsewhere" {
  scope = "shop"
  key   = "other"
}

resource "databricks_recipient" "limited" {
  name                = "partner"
  authentication_type = "TOKEN"
  ip_access_list {
    allowed_ip_addresses = ["198.51.100.0/24"]
  }
}

resource "databricks_recipient" "open" {
  name                = "anybody"
  authentication_type = "TOKEN"
}

resource "databricks_ip_access_list" "offices" {
  label        = "offices"
  list_type    = "ALLOW"
  ip_addresses = ["203.0.113.0/24"]
}

resource "databricks_ip_access_list" "world" {
  label        = "world"
  list_type    = "ALLOW"
  ip_addresses = ["0.0.0.0/0"]
}

resource "databricks_mws_private_access_settings" "private" {
  private_access_settings_name = "private"
  region                       = "eu-west-1"
}

resource "databricks_mws_private_access_settings" "public" {
  private_access_settings_name = "public"
  region                       = "eu-west-1"
  public_access_enabled        = true
}

resource "databricks_service_principal_secret" "short" {
  service_principal_id = "42"
  lifetime             = "2592000s"
}
