resource "azurerm_mssql_server" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_mssql_server_security_alert_policy" "orders" {
  resource_group_name = "acme"
  server_name         = azurerm_mssql_server.orders.name
  state               = "Enabled"
}

resource "azurerm_storage_account" "data" {
  name                     = "acmedata"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_advanced_threat_protection" "data" {
  target_resource_id = azurerm_storage_account.data.id
  enabled            = true
}

resource "azurerm_synapse_workspace" "sales" {
  name                                 = "acme-sales"
  resource_group_name                  = "acme"
  location                             = "westeurope"
  storage_data_lake_gen2_filesystem_id = "https://acme.dfs.core.windows.net/lake"
}

resource "azurerm_synapse_workspace_security_alert_policy" "sales" {
  synapse_workspace_id = azurerm_synapse_workspace.sales.id
  policy_state         = "Enabled"
}
