resource "azurerm_mssql_server" "bills" {
  name                = "acme-bills"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_mssql_firewall_rule" "r" {
  name             = "r"
  server_id        = azurerm_mssql_server.bills.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}

resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "17"
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "r" {
  name             = "r"
  server_id        = azurerm_postgresql_flexible_server.orders.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}
