resource "azurerm_relay_namespace" "good" {
  name                = "acme-good"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "Standard"
}

resource "azurerm_relay_hybrid_connection" "good" {
  name                 = "office"
  resource_group_name  = "acme"
  relay_namespace_name = azurerm_relay_namespace.good.name
}

resource "azurerm_relay_namespace" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "Standard"
}

resource "azurerm_relay_hybrid_connection" "open" {
  name                          = "anybody"
  resource_group_name           = "acme"
  relay_namespace_name          = azurerm_relay_namespace.open.name
  requires_client_authorization = false
}
