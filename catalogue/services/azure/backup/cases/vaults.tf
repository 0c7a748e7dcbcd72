resource "azurerm_recovery_services_vault" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  sku                           = "Standard"
  public_network_access_enabled = false
  immutability                  = "Locked"
  storage_mode_type             = "GeoRedundant"
  encryption {
    key_id                            = "https://acme.vault.azure.net/keys/acme"
    infrastructure_encryption_enabled = true
  }
}

resource "azurerm_recovery_services_vault" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "Standard"
  soft_delete_enabled = false
  storage_mode_type   = "LocallyRedundant"
  monitoring {
    alerts_for_critical_operation_failures_enabled = false
  }
}

resource "azurerm_backup_container_storage_account" "good" {
  resource_group_name = "acme"
  recovery_vault_name = azurerm_recovery_services_vault.good.name
  storage_account_id  = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
}

resource "azurerm_site_recovery_replication_policy" "good" {
  name                                                 = "day"
  resource_group_name                                  = "acme"
  recovery_vault_name                                  = azurerm_recovery_services_vault.good.name
  recovery_point_retention_in_minutes                  = 1440
  application_consistent_snapshot_frequency_in_minutes = 240
}

resource "azurerm_site_recovery_replicated_vm" "good" {
  name                                      = "web"
  resource_group_name                       = "acme"
  recovery_vault_name                       = azurerm_recovery_services_vault.good.name
  source_recovery_fabric_name               = "west"
  source_vm_id                              = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/virtualMachines/web"
  recovery_replication_policy_id            = azurerm_site_recovery_replication_policy.good.id
  source_recovery_protection_container_name = "west"
  target_resource_group_id                  = "/subscriptions/0/resourceGroups/north"
  target_recovery_fabric_id                 = "north"
  target_recovery_protection_container_id   = "north"
}

resource "azurerm_site_recovery_replication_recovery_plan" "good" {
  name                      = "plan"
  recovery_vault_id         = azurerm_recovery_services_vault.good.id
  source_recovery_fabric_id = "west"
  target_recovery_fabric_id = "north"
}

resource "azurerm_backup_policy_vm" "daily" {
  name                = "daily"
  resource_group_name = "acme"
  recovery_vault_name = azurerm_recovery_services_vault.good.name
  backup {
    frequency = "Daily"
    time      = "23:00"
  }
  retention_daily {
    count = 30
  }
}

resource "azurerm_backup_policy_vm" "weekly" {
  name                = "weekly"
  resource_group_name = "acme"
  recovery_vault_name = azurerm_recovery_services_vault.good.name
  backup {
    frequency = "Weekly"
    time      = "23:00"
    weekdays  = ["Sunday"]
  }
  retention_weekly {
    count    = 4
    weekdays = ["Sunday"]
  }
}

resource "azurerm_backup_protected_vm" "web" {
  resource_group_name = "acme"
  recovery_vault_name = azurerm_recovery_services_vault.good.name
  source_vm_id        = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/virtualMachines/web"
  backup_policy_id    = azurerm_backup_policy_vm.daily.id
}

resource "azurerm_backup_policy_file_share" "daily" {
  name                = "shares"
  resource_group_name = "acme"
  recovery_vault_name = azurerm_recovery_services_vault.good.name
  backup {
    frequency = "Daily"
    time      = "23:00"
  }
  retention_daily {
    count = 10
  }
}

resource "azurerm_backup_protected_file_share" "files" {
  resource_group_name       = "acme"
  recovery_vault_name       = azurerm_recovery_services_vault.good.name
  source_storage_account_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  source_file_share_name    = "files"
  backup_policy_id          = azurerm_backup_policy_file_share.daily.id
}

resource "azurerm_backup_policy_vm_workload" "logged" {
  name                = "sql"
  resource_group_name = "acme"
  recovery_vault_name = azurerm_recovery_services_vault.good.name
  workload_type       = "SQLDataBase"
  settings {
    time_zone = "UTC"
  }
  protection_policy {
    policy_type = "Full"
    backup {
      frequency = "Daily"
      time      = "23:00"
    }
    retention_daily {
      count = 8
    }
  }
  protection_policy {
    policy_type = "Log"
    backup {
      frequency_in_minutes = 15
    }
    simple_retention {
      count = 8
    }
  }
}

resource "azurerm_backup_policy_vm_workload" "full" {
  name                = "sql-full"
  resource_group_name = "acme"
  recovery_vault_name = azurerm_recovery_services_vault.good.name
  workload_type       = "SQLDataBase"
  settings {
    time_zone = "UTC"
  }
  protection_policy {
    policy_type = "Full"
    backup {
      frequency = "Daily"
      time      = "23:00"
    }
    retention_daily {
      count = 8
    }
  }
}

resource "azurerm_data_protection_backup_vault" "good" {
  name                       = "acme-good"
  resource_group_name        = "acme"
  location                   = "westeurope"
  datastore_type             = "VaultStore"
  redundancy                 = "GeoRedundant"
  immutability               = "Locked"
  soft_delete                = "AlwaysOn"
  retention_duration_in_days = 30
}

resource "azurerm_data_protection_backup_vault_customer_managed_key" "good" {
  data_protection_backup_vault_id = azurerm_data_protection_backup_vault.good.id
  key_vault_key_id                = "https://acme.vault.azure.net/keys/acme"
}

resource "azurerm_data_protection_backup_vault" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  datastore_type      = "VaultStore"
  redundancy          = "LocallyRedundant"
  soft_delete         = "Off"
}

resource "azurerm_data_protection_backup_policy_disk" "days" {
  name                            = "days"
  vault_id                        = azurerm_data_protection_backup_vault.good.id
  backup_repeating_time_intervals = ["R/2026-01-01T06:00:00Z/P1D"]
  default_retention_duration      = "P7D"
}

resource "azurerm_data_protection_backup_instance_disk" "d" {
  name                         = "d"
  location                     = "westeurope"
  vault_id                     = azurerm_data_protection_backup_vault.good.id
  disk_id                      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/disks/data"
  snapshot_resource_group_name = "acme"
  backup_policy_id             = azurerm_data_protection_backup_policy_disk.days.id
}

resource "azurerm_data_protection_backup_policy_postgresql" "months" {
  name                            = "months"
  resource_group_name             = "acme"
  vault_name                      = azurerm_data_protection_backup_vault.good.name
  backup_repeating_time_intervals = ["R/2026-01-01T06:00:00Z/P1W"]
  default_retention_duration      = "P4M"
}

resource "azurerm_data_protection_backup_instance_postgresql" "p" {
  name             = "p"
  location         = "westeurope"
  vault_id         = azurerm_data_protection_backup_vault.good.id
  database_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.DBforPostgreSQL/servers/acme/databases/orders"
  backup_policy_id = azurerm_data_protection_backup_policy_postgresql.months.id
}

resource "azurerm_data_protection_backup_policy_blob_storage" "continuous" {
  name                                   = "continuous"
  vault_id                               = azurerm_data_protection_backup_vault.good.id
  operational_default_retention_duration = "P30D"
}

resource "azurerm_data_protection_backup_policy_blob_storage" "vaulted" {
  name                             = "vaulted"
  vault_id                         = azurerm_data_protection_backup_vault.good.id
  vault_default_retention_duration = "P30D"
  backup_repeating_time_intervals  = ["R/2026-01-01T06:00:00Z/P1D"]
}

resource "azurerm_data_protection_backup_instance_blob_storage" "b" {
  name               = "b"
  location           = "westeurope"
  vault_id           = azurerm_data_protection_backup_vault.good.id
  storage_account_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  backup_policy_id   = azurerm_data_protection_backup_policy_blob_storage.continuous.id
}

resource "azurerm_data_protection_backup_policy_kubernetes_cluster" "k" {
  name                            = "k"
  resource_group_name             = "acme"
  vault_name                      = azurerm_data_protection_backup_vault.good.name
  backup_repeating_time_intervals = ["R/2026-01-01T06:00:00Z/P1D"]
  default_retention_rule {
    life_cycle {
      duration        = "P30D"
      data_store_type = "VaultStore"
    }
  }
}

resource "azurerm_data_protection_backup_instance_kubernetes_cluster" "k" {
  name                         = "k"
  location                     = "westeurope"
  vault_id                     = azurerm_data_protection_backup_vault.good.id
  kubernetes_cluster_id        = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ContainerService/managedClusters/acme"
  snapshot_resource_group_name = "acme"
  backup_policy_id             = azurerm_data_protection_backup_policy_kubernetes_cluster.k.id
}

resource "azurerm_data_protection_backup_policy_mysql_flexible_server" "f" {
  name                            = "f"
  vault_id                        = azurerm_data_protection_backup_vault.good.id
  backup_repeating_time_intervals = ["R/2026-01-01T06:00:00Z/P1W"]
  default_retention_rule {
    life_cycle {
      duration        = "P30D"
      data_store_type = "VaultStore"
    }
  }
}

resource "azurerm_data_protection_backup_instance_mysql_flexible_server" "f" {
  name             = "f"
  location         = "westeurope"
  vault_id         = azurerm_data_protection_backup_vault.good.id
  server_id        = "/subscriptions/0/resourceGroups/acme/providers/acme"
  backup_policy_id = azurerm_data_protection_backup_policy_mysql_flexible_server.f.id
}

resource "azurerm_data_protection_backup_policy_postgresql_flexible_server" "f" {
  name                            = "f"
  vault_id                        = azurerm_data_protection_backup_vault.good.id
  backup_repeating_time_intervals = ["R/2026-01-01T06:00:00Z/P1W"]
  default_retention_rule {
    life_cycle {
      duration        = "P30D"
      data_store_type = "VaultStore"
    }
  }
}

resource "azurerm_data_protection_backup_instance_postgresql_flexible_server" "f" {
  name             = "f"
  location         = "westeurope"
  vault_id         = azurerm_data_protection_backup_vault.good.id
  server_id        = "/subscriptions/0/resourceGroups/acme/providers/acme"
  backup_policy_id = azurerm_data_protection_backup_policy_postgresql_flexible_server.f.id
}
