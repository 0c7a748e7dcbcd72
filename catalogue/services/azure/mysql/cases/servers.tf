resource "azurerm_mysql_flexible_server" "good" {
  name                              = "acme-good"
  resource_group_name               = "acme"
  location                          = "westeurope"
  version                           = "8.4"
  delegated_subnet_id               = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/mysql"
  private_dns_zone_id               = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/privateDnsZones/acme.mysql.database.azure.com"
  public_network_access             = "Disabled"
  administrator_login               = "acmedba"
  administrator_password_wo         = "a-password-that-is-not-kept"
  administrator_password_wo_version = 1
  backup_retention_days             = 35
  geo_redundant_backup_enabled      = true
  customer_managed_key {
    key_vault_key_id = "https://acme.vault.azure.net/keys/mysql"
  }
  high_availability {
    mode = "ZoneRedundant"
  }
  maintenance_window {
    day_of_week = 0
  }
}

resource "azurerm_mysql_flexible_server_configuration" "audit" {
  name                = "audit_log_enabled"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_flexible_server.good.name
  value               = "ON"
}

resource "azurerm_mysql_flexible_server_configuration" "tls" {
  name                = "tls_version"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_flexible_server.good.name
  value               = "TLSv1.3"
}

resource "azurerm_mysql_flexible_database" "orders" {
  charset             = "utf8mb4"
  collation           = "utf8mb4_unicode_ci"
  name                = "orders"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_flexible_server.good.name
}

resource "azurerm_mysql_flexible_server" "open" {
  name                   = "acme-open"
  resource_group_name    = "acme"
  location               = "westeurope"
  version                = "5.7"
  administrator_login    = "mysqladmin"
  administrator_password = "correct-horse-battery-9"
}

resource "azurerm_mysql_flexible_server_configuration" "plain" {
  name                = "require_secure_transport"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_flexible_server.open.name
  value               = "OFF"
}

resource "azurerm_mysql_flexible_server_firewall_rule" "everybody" {
  name                = "everybody"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_flexible_server.open.name
  start_ip_address    = "0.0.0.0"
  end_ip_address      = "255.255.255.255"
}

resource "azurerm_mysql_flexible_server" "parts" {
  name                = "acme-parts"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = var.engine
  high_availability {
    mode = "SameZone"
  }
}

variable "engine" {}

resource "azurerm_mysql_flexible_server_firewall_rule" "azure" {
  name                = "azure"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_flexible_server.parts.name
  start_ip_address    = "0.0.0.0"
  end_ip_address      = "0.0.0.0"
}

resource "azurerm_mysql_flexible_server_active_directory_administrator" "dba" {
  server_id   = azurerm_mysql_flexible_server.parts.id
  identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/dba"
  object_id   = "11111111-1111-1111-1111-111111111111"
  tenant_id   = "00000000-0000-0000-0000-000000000000"
  login       = "dba"
}
