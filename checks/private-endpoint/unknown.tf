variable "setting" {}

resource "azurerm_storage_account" "data" {
  name                          = "acmedata"
  resource_group_name           = "acme"
  location                      = "westeurope"
  account_tier                  = "Standard"
  account_replication_type      = "LRS"
  public_network_access_enabled = false
}

resource "azurerm_key_vault" "keys" {
  name                          = "acme-keys"
  resource_group_name           = "acme"
  location                      = "westeurope"
  tenant_id                     = "00000000-0000-0000-0000-000000000000"
  sku_name                      = "standard"
  public_network_access_enabled = var.setting
}

resource "azurerm_mssql_server" "orders" {
  name                          = "acme-orders"
  resource_group_name           = "acme"
  location                      = "westeurope"
  version                       = "12.0"
  public_network_access_enabled = false
}
