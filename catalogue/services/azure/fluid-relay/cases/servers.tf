resource "azurerm_fluid_relay_server" "good" {
  name                = "good"
  resource_group_name = "acme"
  location            = "westeurope"
  customer_managed_key {
    key_vault_key_id          = "https://acme.vault.azure.net/keys/acme"
    user_assigned_identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
}

resource "azurerm_fluid_relay_server" "bare" {
  name                = "bare"
  resource_group_name = "acme"
  location            = "westeurope"
}
