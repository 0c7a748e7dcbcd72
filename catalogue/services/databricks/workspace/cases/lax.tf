resource "databricks_workspace_conf" "main" {
  custom_config = {
    enableIpAccessLists = false
  }
}

resource "databricks_mws_log_delivery" "audit" {
  account_id               = "acc"
  credentials_id           = "cred"
  storage_configuration_id = "sto"
  log_type                 = "AUDIT_LOGS"
  output_format            = "JSON"
  status                   = "DISABLED"
}
