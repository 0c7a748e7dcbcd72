resource "azurerm_media_services_account" "good" {
  name                          = "good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  public_network_access_enabled = false
  encryption {
    type                     = "CustomerKey"
    key_vault_key_identifier = "https://acme.vault.azure.net/keys/acme"
  }
  storage_account {
    id         = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
    is_primary = true
  }
}

resource "azurerm_media_services_account" "open" {
  name                = "open"
  resource_group_name = "acme"
  location            = "westeurope"
  storage_account {
    id         = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
    is_primary = true
  }
}

resource "azurerm_video_indexer_account" "good" {
  name                  = "good"
  resource_group_name   = "acme"
  location              = "westeurope"
  public_network_access = "Disabled"
  storage {
    storage_account_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_video_indexer_account" "open" {
  name                = "open"
  resource_group_name = "acme"
  location            = "westeurope"
  storage {
    storage_account_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  }
}
