resource "azurerm_mssql_server" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_mssql_server_extended_auditing_policy" "orders" {
  server_id = azurerm_mssql_server.orders.id
}
