resource "azurerm_mssql_server" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_mssql_server_extended_auditing_policy" "orders" {
  server_id         = azurerm_mssql_server.orders.id
  storage_endpoint  = "https://acmelogs.blob.core.windows.net/"
  retention_in_days = 30
}

resource "azurerm_mssql_database" "bills" {
  name      = "bills"
  server_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Sql/servers/acme"
}

resource "azurerm_mssql_database_extended_auditing_policy" "bills" {
  database_id       = azurerm_mssql_database.bills.id
  storage_endpoint  = "https://acmelogs.blob.core.windows.net/"
  retention_in_days = 30
}

resource "azurerm_synapse_workspace" "sales" {
  name                                 = "acme-sales"
  resource_group_name                  = "acme"
  location                             = "westeurope"
  storage_data_lake_gen2_filesystem_id = "https://acme.dfs.core.windows.net/lake"
}

resource "azurerm_synapse_workspace_extended_auditing_policy" "sales" {
  synapse_workspace_id = azurerm_synapse_workspace.sales.id
  storage_endpoint     = "https://acmelogs.blob.core.windows.net/"
  retention_in_days    = 30
}
