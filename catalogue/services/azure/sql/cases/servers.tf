resource "azurerm_mssql_server" "good" {
  name                                         = "acme-good"
  resource_group_name                          = "acme"
  location                                     = "westeurope"
  version                                      = "12.0"
  minimum_tls_version                          = "1.2"
  public_network_access_enabled                = false
  outbound_network_restriction_enabled         = true
  transparent_data_encryption_key_vault_key_id = "https://acme.vault.azure.net/keys/tde/0123456789abcdef0123456789abcdef"
  azuread_administrator {
    login_username              = "dba"
    object_id                   = "11111111-1111-1111-1111-111111111111"
    azuread_authentication_only = true
  }
}

resource "azurerm_mssql_server_extended_auditing_policy" "good" {
  server_id         = azurerm_mssql_server.good.id
  storage_endpoint  = "https://acmelogs.blob.core.windows.net/"
  retention_in_days = 120
}

resource "azurerm_mssql_server_security_alert_policy" "good" {
  resource_group_name = "acme"
  server_name         = azurerm_mssql_server.good.name
  state               = "Enabled"
}

resource "azurerm_mssql_server_vulnerability_assessment" "good" {
  server_security_alert_policy_id = azurerm_mssql_server_security_alert_policy.good.id
  storage_container_path          = "https://acmelogs.blob.core.windows.net/scans/"
}

resource "azurerm_mssql_failover_group" "good" {
  name      = "acme"
  server_id = azurerm_mssql_server.good.id
  partner_server {
    id = azurerm_mssql_server.parts.id
  }
  read_write_endpoint_failover_policy {
    mode          = "Automatic"
    grace_minutes = 80
  }
}

# Everything by default, and a door open to everybody.
resource "azurerm_mssql_server" "open" {
  name                         = "acme-open"
  resource_group_name          = "acme"
  location                     = "westeurope"
  version                      = "12.0"
  administrator_login          = "sqladmin"
  administrator_login_password = "correct-horse-battery-9"
}

resource "azurerm_mssql_firewall_rule" "everybody" {
  name             = "everybody"
  server_id        = azurerm_mssql_server.open.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}

resource "azurerm_mssql_server_security_alert_policy" "open" {
  resource_group_name = "acme"
  server_name         = azurerm_mssql_server.open.name
  state               = "Disabled"
}

resource "azurerm_mssql_server" "parts" {
  name                = "acme-parts"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
  minimum_tls_version = "Disabled"
  administrator_login = "acmedba"
  azuread_administrator {
    login_username = "dba"
    object_id      = "11111111-1111-1111-1111-111111111111"
  }
}

resource "azurerm_mssql_firewall_rule" "azure" {
  name             = "azure"
  server_id        = azurerm_mssql_server.parts.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "0.0.0.0"
}

resource "azurerm_mssql_firewall_rule" "office" {
  name             = "office"
  server_id        = azurerm_mssql_server.parts.id
  start_ip_address = "192.0.2.1"
  end_ip_address   = "192.0.2.9"
}

resource "azurerm_mssql_virtual_network_rule" "app" {
  name      = "app"
  server_id = azurerm_mssql_server.parts.id
  subnet_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/app"
}

resource "azurerm_mssql_server_transparent_data_encryption" "parts" {
  server_id        = azurerm_mssql_server.parts.id
  key_vault_key_id = "https://acme.vault.azure.net/keys/tde/0123456789abcdef0123456789abcdef"
}

resource "azurerm_mssql_server_extended_auditing_policy" "parts" {
  server_id              = azurerm_mssql_server.parts.id
  enabled                = false
  log_monitoring_enabled = true
}

resource "azurerm_mssql_server" "plain_tde" {
  name                = "acme-tde"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_mssql_server_transparent_data_encryption" "plain_tde" {
  server_id = azurerm_mssql_server.plain_tde.id
}

resource "azurerm_mssql_failover_group" "plain_tde" {
  name      = "by-hand"
  server_id = azurerm_mssql_server.plain_tde.id
  partner_server {
    id = azurerm_mssql_server.open.id
  }
  read_write_endpoint_failover_policy {
    mode = "Manual"
  }
}

resource "azurerm_mssql_database" "good" {
  name                           = "orders"
  server_id                      = azurerm_mssql_server.good.id
  zone_redundant                 = true
  storage_account_type           = "GeoZone"
  maintenance_configuration_name = "SQL_WestEurope_DB_1"
  short_term_retention_policy {
    retention_days = 35
  }
  long_term_retention_policy {
    weekly_retention          = "P5W"
    immutable_backups_enabled = true
  }
}

resource "azurerm_mssql_database_extended_auditing_policy" "good" {
  database_id       = azurerm_mssql_database.good.id
  storage_endpoint  = "https://acmelogs.blob.core.windows.net/"
  retention_in_days = 90
}

resource "azurerm_mssql_database" "bare" {
  name      = "bare"
  server_id = azurerm_mssql_server.open.id
}

resource "azurerm_mssql_database" "plain" {
  name                                = "warehouse"
  server_id                           = azurerm_mssql_server.open.id
  sku_name                            = "DW100c"
  transparent_data_encryption_enabled = false
  storage_account_type                = "Local"
}

resource "azurerm_mssql_database_extended_auditing_policy" "plain" {
  database_id = azurerm_mssql_database.plain.id
  enabled     = false
}

resource "azurerm_mssql_elasticpool" "good" {
  name                           = "pool"
  resource_group_name            = "acme"
  location                       = "westeurope"
  server_name                    = azurerm_mssql_server.good.name
  max_size_gb                    = 756
  zone_redundant                 = true
  maintenance_configuration_name = "SQL_WestEurope_DB_1"
  sku {
    name     = "BC_Gen5"
    tier     = "BusinessCritical"
    family   = "Gen5"
    capacity = 4
  }
  per_database_settings {
    min_capacity = 0.25
    max_capacity = 4
  }
}

resource "azurerm_mssql_elasticpool" "bare" {
  name                = "small"
  resource_group_name = "acme"
  location            = "westeurope"
  server_name         = azurerm_mssql_server.open.name
  max_size_gb         = 4.8
  sku {
    name     = "BasicPool"
    tier     = "Basic"
    capacity = 50
  }
  per_database_settings {
    min_capacity = 0
    max_capacity = 5
  }
}

resource "azurerm_mssql_job_agent" "nightly" {
  name        = "nightly"
  location    = "westeurope"
  database_id = azurerm_mssql_database.good.id
  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/jobs"]
  }
}

resource "azurerm_mssql_job_agent" "old" {
  name        = "old"
  location    = "westeurope"
  database_id = azurerm_mssql_database.bare.id
}

resource "azurerm_mssql_job_credential" "old" {
  name         = "old"
  job_agent_id = azurerm_mssql_job_agent.old.id
  username     = "job"
  password     = "correct-horse-battery-9"
}
