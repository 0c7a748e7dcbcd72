resource "azurerm_storage_account" "data" {
  name                     = "acmedata"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_key_vault" "keys" {
  name                = "acme-keys"
  resource_group_name = "acme"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
  network_acls {
    bypass         = "AzureServices"
    default_action = "Allow"
  }
}

resource "azurerm_cognitive_account" "chat" {
  name                = "acme-chat"
  resource_group_name = "acme"
  location            = "westeurope"
  kind                = "OpenAI"
  sku_name            = "S0"
}

resource "azurerm_search_service" "find" {
  name                = "acme-find"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "standard"
}

resource "azurerm_cosmosdb_account" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  offer_type          = "Standard"
  consistency_policy {
    consistency_level = "Session"
  }
  geo_location {
    location          = "westeurope"
    failover_priority = 0
  }
}
