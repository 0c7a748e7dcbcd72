resource "azurerm_synapse_workspace" "good" {
  name                                 = "acme-good"
  resource_group_name                  = "acme"
  location                             = "westeurope"
  storage_data_lake_gen2_filesystem_id = "https://acme.dfs.core.windows.net/lake"
  public_network_access_enabled        = false
  managed_virtual_network_enabled      = true
  data_exfiltration_protection_enabled = true
  azuread_authentication_only          = true
  customer_managed_key {
    key_versionless_id = "https://acme.vault.azure.net/keys/acme"
  }
}

resource "azurerm_synapse_workspace_extended_auditing_policy" "good" {
  synapse_workspace_id = azurerm_synapse_workspace.good.id
  storage_endpoint     = "https://acmelogs.blob.core.windows.net/"
  retention_in_days    = 120
}

resource "azurerm_synapse_workspace_security_alert_policy" "good" {
  synapse_workspace_id = azurerm_synapse_workspace.good.id
  policy_state         = "Enabled"
}

resource "azurerm_synapse_workspace_vulnerability_assessment" "good" {
  workspace_security_alert_policy_id = azurerm_synapse_workspace_security_alert_policy.good.id
  storage_container_path             = "https://acmelogs.blob.core.windows.net/scans/"
}

resource "azurerm_synapse_workspace" "open" {
  name                                 = "acme-open"
  resource_group_name                  = "acme"
  location                             = "westeurope"
  storage_data_lake_gen2_filesystem_id = "https://acme.dfs.core.windows.net/lake"
  sql_administrator_login              = "dba"
  sql_administrator_login_password     = "correct-horse-battery-9"
}

resource "azurerm_synapse_firewall_rule" "everybody" {
  name                 = "everybody"
  synapse_workspace_id = azurerm_synapse_workspace.open.id
  start_ip_address     = "0.0.0.0"
  end_ip_address       = "255.255.255.255"
}

resource "azurerm_synapse_workspace_security_alert_policy" "open" {
  synapse_workspace_id = azurerm_synapse_workspace.open.id
  policy_state         = "Disabled"
}

resource "azurerm_synapse_workspace_key" "open" {
  synapse_workspace_id      = azurerm_synapse_workspace.open.id
  customer_managed_key_name = "old"
  active                    = false
}

resource "azurerm_synapse_workspace" "parts" {
  name                                 = "acme-parts"
  resource_group_name                  = "acme"
  location                             = "westeurope"
  storage_data_lake_gen2_filesystem_id = "https://acme.dfs.core.windows.net/lake"
}

resource "azurerm_synapse_firewall_rule" "azure" {
  name                 = "AllowAllWindowsAzureIps"
  synapse_workspace_id = azurerm_synapse_workspace.parts.id
  start_ip_address     = "0.0.0.0"
  end_ip_address       = "0.0.0.0"
}

resource "azurerm_synapse_workspace_key" "parts" {
  synapse_workspace_id                = azurerm_synapse_workspace.parts.id
  customer_managed_key_name           = "new"
  customer_managed_key_versionless_id = "https://acme.vault.azure.net/keys/acme"
  active                              = true
}

resource "azurerm_synapse_workspace_aad_admin" "parts" {
  synapse_workspace_id = azurerm_synapse_workspace.parts.id
  login                = "dba"
  object_id            = "11111111-1111-1111-1111-111111111111"
  tenant_id            = "00000000-0000-0000-0000-000000000000"
}

resource "azurerm_synapse_workspace_sql_aad_admin" "parts" {
  synapse_workspace_id = azurerm_synapse_workspace.parts.id
  login                = "dba"
  object_id            = "11111111-1111-1111-1111-111111111111"
  tenant_id            = "00000000-0000-0000-0000-000000000000"
}

resource "azurerm_synapse_linked_service" "parts" {
  name                 = "db"
  synapse_workspace_id = azurerm_synapse_workspace.parts.id
  type                 = "AzureSqlDatabase"
  type_properties_json = jsonencode({ connectionString = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;" })
}

resource "azurerm_synapse_integration_runtime_azure" "parts" {
  name                 = "auto"
  synapse_workspace_id = azurerm_synapse_workspace.parts.id
  location             = "westeurope"
}

resource "azurerm_synapse_integration_runtime_self_hosted" "office" {
  name                 = "office"
  synapse_workspace_id = azurerm_synapse_workspace.parts.id
}

resource "azurerm_synapse_private_link_hub" "hub" {
  name                = "acmehub"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_synapse_sql_pool" "good" {
  name                 = "warehouse"
  synapse_workspace_id = azurerm_synapse_workspace.good.id
  sku_name             = "DW100c"
  storage_account_type = "GRS"
  data_encrypted       = true
}

resource "azurerm_synapse_sql_pool_extended_auditing_policy" "good" {
  sql_pool_id       = azurerm_synapse_sql_pool.good.id
  storage_endpoint  = "https://acmelogs.blob.core.windows.net/"
  retention_in_days = 90
}

resource "azurerm_synapse_sql_pool_security_alert_policy" "good" {
  sql_pool_id  = azurerm_synapse_sql_pool.good.id
  policy_state = "Enabled"
}

resource "azurerm_synapse_sql_pool" "bare" {
  name                      = "bare"
  synapse_workspace_id      = azurerm_synapse_workspace.open.id
  sku_name                  = "DW100c"
  storage_account_type      = "LRS"
  geo_backup_policy_enabled = false
}

resource "azurerm_synapse_sql_pool_security_alert_policy" "bare" {
  sql_pool_id  = azurerm_synapse_sql_pool.bare.id
  policy_state = "Disabled"
}

resource "azurerm_synapse_spark_pool" "own" {
  name                      = "spark"
  synapse_workspace_id      = azurerm_synapse_workspace.good.id
  node_size_family          = "MemoryOptimized"
  node_size                 = "Small"
  node_count                = 3
  spark_version             = "3.5"
  compute_isolation_enabled = true
}

resource "azurerm_synapse_spark_pool" "shared" {
  name                 = "spark2"
  synapse_workspace_id = azurerm_synapse_workspace.good.id
  node_size_family     = "MemoryOptimized"
  node_size            = "Small"
  node_count           = 3
  spark_version        = "3.4"
}
