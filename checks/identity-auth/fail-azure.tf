resource "azurerm_mssql_server" "bills" {
  name                = "acme-bills"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "17"
}
