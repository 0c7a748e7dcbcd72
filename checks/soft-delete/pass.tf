resource "azurerm_storage_account" "data" {
  name                     = "acmedata"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  blob_properties {
    delete_retention_policy {
      days = 14
    }
    container_delete_retention_policy {
      days = 14
    }
  }
}

resource "azurerm_recovery_services_vault" "machines" {
  name                = "acme-machines"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "Standard"
}

resource "azurerm_data_protection_backup_vault" "disks" {
  name                = "acme-disks"
  resource_group_name = "acme"
  location            = "westeurope"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"
  soft_delete         = "AlwaysOn"
}
