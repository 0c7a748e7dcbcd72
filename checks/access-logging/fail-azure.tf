resource "azurerm_key_vault" "keys" {
  name                = "acme-keys"
  resource_group_name = "acme"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
}

resource "azurerm_eventhub_namespace" "events" {
  name                = "acme-events"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "Standard"
}

resource "azurerm_storage_account" "data" {
  name                     = "acmedata"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
