resource "azurerm_mssql_server" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_mysql_flexible_server" "shop" {
  name                = "acme-shop"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "8.4"
}
