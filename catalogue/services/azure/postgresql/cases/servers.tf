resource "azurerm_postgresql_flexible_server" "good" {
  name                              = "acme-good"
  resource_group_name               = "acme"
  location                          = "westeurope"
  version                           = "17"
  delegated_subnet_id               = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/pg"
  private_dns_zone_id               = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/privateDnsZones/acme.postgres.database.azure.com"
  public_network_access_enabled     = false
  administrator_login               = "acmedba"
  administrator_password_wo         = "a-password-that-is-not-kept"
  administrator_password_wo_version = 1
  backup_retention_days             = 35
  geo_redundant_backup_enabled      = true
  authentication {
    active_directory_auth_enabled = true
    password_auth_enabled         = false
  }
  customer_managed_key {
    key_vault_key_id = "https://acme.vault.azure.net/keys/pg"
  }
  high_availability {
    mode = "ZoneRedundant"
  }
  maintenance_window {
    day_of_week = 0
  }
}

resource "azurerm_postgresql_flexible_server_configuration" "audit" {
  name      = "pgaudit.log"
  server_id = azurerm_postgresql_flexible_server.good.id
  value     = "READ,WRITE"
}

resource "azurerm_postgresql_flexible_server_configuration" "tls" {
  name      = "ssl_min_protocol_version"
  server_id = azurerm_postgresql_flexible_server.good.id
  value     = "TLSv1.3"
}

resource "azurerm_postgresql_flexible_server_database" "orders" {
  name      = "orders"
  server_id = azurerm_postgresql_flexible_server.good.id
}

resource "azurerm_postgresql_flexible_server" "open" {
  name                   = "acme-open"
  resource_group_name    = "acme"
  location               = "westeurope"
  version                = "12"
  administrator_login    = "psqladmin"
  administrator_password = "correct-horse-battery-9"
}

resource "azurerm_postgresql_flexible_server_configuration" "plain" {
  name      = "require_secure_transport"
  server_id = azurerm_postgresql_flexible_server.open.id
  value     = "OFF"
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "everybody" {
  name             = "everybody"
  server_id        = azurerm_postgresql_flexible_server.open.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}

resource "azurerm_postgresql_flexible_server" "parts" {
  name                = "acme-parts"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = var.engine
  high_availability {
    mode = "SameZone"
  }
}

variable "engine" {}

resource "azurerm_postgresql_flexible_server_firewall_rule" "azure" {
  name             = "azure"
  server_id        = azurerm_postgresql_flexible_server.parts.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "0.0.0.0"
}

resource "azurerm_postgresql_flexible_server_active_directory_administrator" "dba" {
  resource_group_name = "acme"
  server_name         = azurerm_postgresql_flexible_server.parts.name
  object_id           = "11111111-1111-1111-1111-111111111111"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  principal_name      = "dba"
  principal_type      = "Group"
}
