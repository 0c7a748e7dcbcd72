resource "azurerm_mysql_server" "good" {
  name                             = "acme-good"
  resource_group_name              = "acme"
  location                         = "westeurope"
  sku_name                         = "GP_Gen5_4"
  version                          = "8.0"
  ssl_enforcement_enabled          = true
  ssl_minimal_tls_version_enforced = "TLS1_2"
  public_network_access_enabled    = false
  backup_retention_days            = 30
  geo_redundant_backup_enabled     = true
  threat_detection_policy {
    enabled = true
  }
}

resource "azurerm_mysql_server_key" "good" {
  server_id        = azurerm_mysql_server.good.id
  key_vault_key_id = "https://acme.vault.azure.net/keys/mysql/0123456789abcdef0123456789abcdef"
}

resource "azurerm_mysql_active_directory_administrator" "good" {
  server_name         = azurerm_mysql_server.good.name
  resource_group_name = "acme"
  login               = "dba"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  object_id           = "11111111-1111-1111-1111-111111111111"
}

resource "azurerm_mysql_configuration" "audit" {
  name                = "audit_log_enabled"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_server.good.name
  value               = "ON"
}

resource "azurerm_mysql_virtual_network_rule" "app" {
  name                = "app"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_server.good.name
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/app"
}

resource "azurerm_mysql_database" "orders" {
  name                = "orders"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_server.good.name
  charset             = "UTF8"
  collation           = "English_United States.1252"
}

resource "azurerm_mysql_server" "open" {
  name                         = "acme-open"
  resource_group_name          = "acme"
  location                     = "westeurope"
  sku_name                     = "B_Gen5_1"
  version                      = "5.7"
  ssl_enforcement_enabled      = false
  administrator_login          = "root"
  administrator_login_password = "correct-horse-battery-9"
}

resource "azurerm_mysql_firewall_rule" "azure" {
  name                = "azure"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_server.open.name
  start_ip_address    = "0.0.0.0"
  end_ip_address      = "0.0.0.0"
}

resource "azurerm_mysql_server" "named" {
  name                    = "acme-named"
  resource_group_name     = "acme"
  location                = "westeurope"
  sku_name                = "B_Gen5_1"
  version                 = "8.0"
  administrator_login     = "acmedba"
  ssl_enforcement_enabled = true
}

resource "azurerm_mysql_configuration" "tls" {
  name                = "tls_version"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_server.named.name
  value               = "TLSv1,TLSv1.1,TLSv1.2"
}
