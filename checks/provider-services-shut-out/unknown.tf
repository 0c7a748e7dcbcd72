variable "setting" {}

resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "17"
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "r" {
  name             = "r"
  server_id        = azurerm_postgresql_flexible_server.orders.id
  start_ip_address = var.setting
  end_ip_address   = var.setting
}

resource "azurerm_mysql_flexible_server" "shop" {
  name                = "acme-shop"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "8.4"
}

resource "azurerm_mysql_flexible_server_firewall_rule" "r" {
  name                = "r"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_flexible_server.shop.name
  start_ip_address    = var.setting
  end_ip_address      = var.setting
}

resource "azurerm_mssql_server" "bills" {
  name                = "acme-bills"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_mssql_firewall_rule" "r" {
  name             = "r"
  server_id        = azurerm_mssql_server.bills.id
  start_ip_address = var.setting
  end_ip_address   = var.setting
}
