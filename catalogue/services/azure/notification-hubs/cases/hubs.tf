resource "azurerm_notification_hub_namespace" "good" {
  name                    = "acme-good"
  resource_group_name     = "acme"
  location                = "westeurope"
  namespace_type          = "NotificationHub"
  sku_name                = "Standard"
  zone_redundancy_enabled = true
}

resource "azurerm_notification_hub_namespace" "bare" {
  name                = "acme-bare"
  resource_group_name = "acme"
  location            = "westeurope"
  namespace_type      = "NotificationHub"
  sku_name            = "Free"
}

resource "azurerm_notification_hub" "phones" {
  name                = "phones"
  namespace_name      = azurerm_notification_hub_namespace.bare.name
  resource_group_name = "acme"
  location            = "westeurope"
  gcm_credential {
    api_key = "AIzaSyD7f3kQ9vX2mN8bL4cR6tW1yZ5uH0pJsEa"
  }
}
