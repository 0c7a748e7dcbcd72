resource "azurerm_mssql_managed_instance" "good" {
  name                           = "acme-good"
  resource_group_name            = "acme"
  location                       = "westeurope"
  license_type                   = "BasePrice"
  sku_name                       = "GP_Gen5"
  storage_size_in_gb             = 32
  vcores                         = 4
  subnet_id                      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/sqlmi"
  minimum_tls_version            = "1.2"
  database_format                = "AlwaysUpToDate"
  zone_redundant_enabled         = true
  storage_account_type           = "GZRS"
  maintenance_configuration_name = "SQL_WestEurope_MI_1"
  azure_active_directory_administrator {
    login_username                      = "dba"
    object_id                           = "11111111-1111-1111-1111-111111111111"
    principal_type                      = "Group"
    azuread_authentication_only_enabled = true
  }
}

resource "azurerm_mssql_managed_instance_transparent_data_encryption" "good" {
  managed_instance_id = azurerm_mssql_managed_instance.good.id
  key_vault_key_id    = "https://acme.vault.azure.net/keys/tde/0123456789abcdef0123456789abcdef"
}

resource "azurerm_mssql_managed_instance_security_alert_policy" "good" {
  resource_group_name   = "acme"
  managed_instance_name = azurerm_mssql_managed_instance.good.name
}

resource "azurerm_mssql_managed_instance_vulnerability_assessment" "good" {
  managed_instance_id    = azurerm_mssql_managed_instance.good.id
  storage_container_path = "https://acmelogs.blob.core.windows.net/scans/"
}

resource "azurerm_mssql_managed_instance_failover_group" "good" {
  name                        = "acme"
  location                    = "westeurope"
  managed_instance_id         = azurerm_mssql_managed_instance.good.id
  partner_managed_instance_id = azurerm_mssql_managed_instance.open.id
  read_write_endpoint_failover_policy {
    mode          = "Automatic"
    grace_minutes = 60
  }
}

resource "azurerm_mssql_managed_instance" "open" {
  name                         = "acme-open"
  resource_group_name          = "acme"
  location                     = "northeurope"
  license_type                 = "BasePrice"
  sku_name                     = "GP_Gen5"
  storage_size_in_gb           = 32
  vcores                       = 4
  subnet_id                    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/sqlmi"
  administrator_login          = "acme"
  administrator_login_password = "correct-horse-battery-9"
  public_data_endpoint_enabled = true
  storage_account_type         = "LRS"
}

resource "azurerm_mssql_managed_instance_security_alert_policy" "open" {
  resource_group_name   = "acme"
  managed_instance_name = azurerm_mssql_managed_instance.open.name
  enabled               = false
}

resource "azurerm_mssql_managed_instance" "parts" {
  name                = "acme-parts"
  resource_group_name = "acme"
  location            = "northeurope"
  license_type        = "BasePrice"
  sku_name            = "GP_Gen5"
  storage_size_in_gb  = 32
  vcores              = 4
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/sqlmi"
}

resource "azurerm_mssql_managed_instance_active_directory_administrator" "parts" {
  managed_instance_id         = azurerm_mssql_managed_instance.parts.id
  login_username              = "dba"
  object_id                   = "11111111-1111-1111-1111-111111111111"
  tenant_id                   = "00000000-0000-0000-0000-000000000000"
  azuread_authentication_only = true
}

resource "azurerm_mssql_managed_instance_transparent_data_encryption" "parts" {
  managed_instance_id = azurerm_mssql_managed_instance.parts.id
}

resource "azurerm_mssql_managed_instance_failover_group" "parts" {
  name                        = "by-hand"
  location                    = "northeurope"
  managed_instance_id         = azurerm_mssql_managed_instance.parts.id
  partner_managed_instance_id = azurerm_mssql_managed_instance.open.id
  read_write_endpoint_failover_policy {
    mode = "Manual"
  }
}

resource "azurerm_mssql_managed_database" "good" {
  name                      = "orders"
  managed_instance_id       = azurerm_mssql_managed_instance.good.id
  short_term_retention_days = 14
  long_term_retention_policy {
    weekly_retention          = "P5W"
    immutable_backups_enabled = true
  }
}

resource "azurerm_mssql_managed_database" "bare" {
  name                = "bare"
  managed_instance_id = azurerm_mssql_managed_instance.open.id
}

resource "azurerm_mssql_virtual_machine" "patched" {
  virtual_machine_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/virtualMachines/sql1"
  sql_license_type      = "PAYG"
  sql_connectivity_type = "PRIVATE"
  auto_patching {
    day_of_week                            = "Sunday"
    maintenance_window_duration_in_minutes = 60
    maintenance_window_starting_hour       = 2
  }
  auto_backup {
    retention_period_in_days   = 14
    storage_blob_endpoint      = "https://acmebackup.blob.core.windows.net/"
    storage_account_access_key = var.key
    encryption_password        = "correct-horse-battery-9"
  }
}

variable "key" {}

resource "azurerm_mssql_virtual_machine" "bare" {
  virtual_machine_id               = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/virtualMachines/sql2"
  sql_license_type                 = "PAYG"
  sql_connectivity_type            = "PUBLIC"
  sql_connectivity_update_password = "correct-horse-battery-9"
  sql_connectivity_update_username = "sqllogin"
}

resource "azurerm_mssql_virtual_machine" "unencrypted" {
  virtual_machine_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/virtualMachines/sql3"
  sql_license_type   = "PAYG"
  auto_backup {
    retention_period_in_days   = 7
    storage_blob_endpoint      = "https://acmebackup.blob.core.windows.net/"
    storage_account_access_key = var.key
  }
}
