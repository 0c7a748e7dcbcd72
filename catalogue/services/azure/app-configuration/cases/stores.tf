resource "azurerm_app_configuration" "good" {
  name                       = "acme-good"
  resource_group_name        = "acme"
  location                   = "westeurope"
  sku                        = "standard"
  local_auth_enabled         = false
  public_network_access      = "Disabled"
  purge_protection_enabled   = true
  soft_delete_retention_days = 7
  encryption {
    key_vault_key_identifier = "https://acme.vault.azure.net/keys/config"
    identity_client_id       = "11111111-1111-1111-1111-111111111111"
  }
  replica {
    name     = "north"
    location = "northeurope"
  }
}

resource "azurerm_app_configuration" "bare" {
  name                = "acme-bare"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_app_configuration_key" "password" {
  configuration_store_id = azurerm_app_configuration.bare.id
  key                    = "db"
  value                  = "postgres://app:correct-horse-battery-9@db.acme.example/app"
}
