resource "azurerm_storage_account" "data" {
  name                      = "acmedata"
  resource_group_name       = "acme"
  location                  = "westeurope"
  account_tier              = "Standard"
  account_replication_type  = "LRS"
  shared_access_key_enabled = false
}

resource "azurerm_eventhub_namespace" "events" {
  name                         = "acme-events"
  resource_group_name          = "acme"
  location                     = "westeurope"
  sku                          = "Standard"
  local_authentication_enabled = false
}

resource "azurerm_cognitive_account" "chat" {
  name                = "acme-chat"
  resource_group_name = "acme"
  location            = "westeurope"
  kind                = "OpenAI"
  sku_name            = "S0"
  local_auth_enabled  = false
}
