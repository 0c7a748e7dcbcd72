resource "azurerm_postgresql_server" "good" {
  name                             = "acme-good"
  resource_group_name              = "acme"
  location                         = "westeurope"
  sku_name                         = "GP_Gen5_4"
  version                          = "11"
  ssl_enforcement_enabled          = true
  ssl_minimal_tls_version_enforced = "TLS1_2"
  public_network_access_enabled    = false
  backup_retention_days            = 30
  geo_redundant_backup_enabled     = true
  threat_detection_policy {
    enabled = true
  }
}

resource "azurerm_postgresql_server_key" "good" {
  server_id        = azurerm_postgresql_server.good.id
  key_vault_key_id = "https://acme.vault.azure.net/keys/pg/0123456789abcdef0123456789abcdef"
}

resource "azurerm_postgresql_active_directory_administrator" "good" {
  server_name         = azurerm_postgresql_server.good.name
  resource_group_name = "acme"
  login               = "dba"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  object_id           = "11111111-1111-1111-1111-111111111111"
}

resource "azurerm_postgresql_configuration" "audit" {
  name                = "pgaudit.log"
  resource_group_name = "acme"
  server_name         = azurerm_postgresql_server.good.name
  value               = "DDL"
}

resource "azurerm_postgresql_virtual_network_rule" "app" {
  name                = "app"
  resource_group_name = "acme"
  server_name         = azurerm_postgresql_server.good.name
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/app"
}

resource "azurerm_postgresql_database" "orders" {
  name                = "orders"
  resource_group_name = "acme"
  server_name         = azurerm_postgresql_server.good.name
  charset             = "UTF8"
  collation           = "English_United States.1252"
}

resource "azurerm_postgresql_server" "open" {
  name                         = "acme-open"
  resource_group_name          = "acme"
  location                     = "westeurope"
  sku_name                     = "B_Gen5_1"
  version                      = "9.6"
  ssl_enforcement_enabled      = false
  administrator_login          = "postgres"
  administrator_login_password = "correct-horse-battery-9"
}

resource "azurerm_postgresql_firewall_rule" "azure" {
  name                = "azure"
  resource_group_name = "acme"
  server_name         = azurerm_postgresql_server.open.name
  start_ip_address    = "0.0.0.0"
  end_ip_address      = "0.0.0.0"
}

resource "azurerm_postgresql_server" "named" {
  name                    = "acme-named"
  resource_group_name     = "acme"
  location                = "westeurope"
  sku_name                = "B_Gen5_1"
  version                 = "11"
  administrator_login     = "acmedba"
  ssl_enforcement_enabled = true
}

resource "azurerm_postgresql_configuration" "tls" {
  name                = "ssl_min_protocol_version"
  resource_group_name = "acme"
  server_name         = azurerm_postgresql_server.named.name
  value               = "TLSv1"
}
