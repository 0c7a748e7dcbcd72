resource "azurerm_load_test" "good" {
  name                = "good"
  resource_group_name = "acme"
  location            = "westeurope"
  identity {
    type = "SystemAssigned"
  }
  encryption {
    key_url = "https://acme.vault.azure.net/keys/acme"
    identity {
      type        = "SystemAssigned"
      identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
    }
  }
}

resource "azurerm_load_test" "bare" {
  name                = "bare"
  resource_group_name = "acme"
  location            = "westeurope"
}
