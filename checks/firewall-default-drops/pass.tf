resource "azurerm_storage_account" "data" {
  name                     = "acmedata"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  network_rules {
    default_action = "Deny"
    ip_rules       = ["192.0.2.0/24"]
  }
}

resource "azurerm_key_vault" "keys" {
  name                = "acme-keys"
  resource_group_name = "acme"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
  network_acls {
    bypass         = "AzureServices"
    default_action = "Deny"
  }
}

resource "azurerm_cognitive_account" "chat" {
  name                          = "acme-chat"
  resource_group_name           = "acme"
  location                      = "westeurope"
  kind                          = "OpenAI"
  sku_name                      = "S0"
  public_network_access_enabled = false
}

resource "azurerm_search_service" "find" {
  name                = "acme-find"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "standard"
  allowed_ips         = ["192.0.2.0/24"]
}
