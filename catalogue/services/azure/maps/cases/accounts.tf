resource "azurerm_maps_account" "good" {
  name                         = "good"
  resource_group_name          = "acme"
  location                     = "westeurope"
  sku_name                     = "G2"
  local_authentication_enabled = false
  cors {
    allowed_origins = ["https://www.acme.example"]
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_maps_account" "open" {
  name                = "open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "G2"
}
