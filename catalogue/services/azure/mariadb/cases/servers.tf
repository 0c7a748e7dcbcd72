resource "azurerm_mariadb_server" "good" {
  name                             = "acme-good"
  resource_group_name              = "acme"
  location                         = "westeurope"
  sku_name                         = "GP_Gen5_2"
  version                          = "10.3"
  ssl_enforcement_enabled          = true
  ssl_minimal_tls_version_enforced = "TLS1_2"
  public_network_access_enabled    = false
  backup_retention_days            = 30
  geo_redundant_backup_enabled     = true
}

resource "azurerm_mariadb_database" "orders" {
  name                = "orders"
  resource_group_name = "acme"
  server_name         = azurerm_mariadb_server.good.name
  charset             = "utf8mb4"
  collation           = "utf8mb4_unicode_520_ci"
}

resource "azurerm_mariadb_virtual_network_rule" "app" {
  name                = "app"
  resource_group_name = "acme"
  server_name         = azurerm_mariadb_server.good.name
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/app"
}

resource "azurerm_mariadb_server" "open" {
  name                         = "acme-open"
  resource_group_name          = "acme"
  location                     = "westeurope"
  sku_name                     = "B_Gen5_2"
  version                      = "10.2"
  ssl_enforcement_enabled      = false
  administrator_login_password = "correct-horse-battery-9"
}

resource "azurerm_mariadb_firewall_rule" "azure" {
  name                = "azure"
  resource_group_name = "acme"
  server_name         = azurerm_mariadb_server.open.name
  start_ip_address    = "0.0.0.0"
  end_ip_address      = "0.0.0.0"
}

resource "azurerm_mariadb_configuration" "timeout" {
  name                = "interactive_timeout"
  resource_group_name = "acme"
  server_name         = azurerm_mariadb_server.open.name
  value               = "600"
}
