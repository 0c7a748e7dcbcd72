resource "azurerm_purview_account" "good" {
  name                   = "acme-good"
  resource_group_name    = "acme"
  location               = "westeurope"
  public_network_enabled = false
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_purview_account" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}
