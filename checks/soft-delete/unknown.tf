variable "setting" {}

resource "azurerm_storage_account" "shares" {
  name                     = "acmeshares"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  account_kind             = "FileStorage"
}

resource "azurerm_recovery_services_vault" "machines" {
  name                = "acme-machines"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "Standard"
  soft_delete_enabled = var.setting
}

resource "azurerm_data_protection_backup_vault" "disks" {
  name                = "acme-disks"
  resource_group_name = "acme"
  location            = "westeurope"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"
  soft_delete         = var.setting
}
