resource "azurerm_servicebus_namespace" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  sku                           = "Premium"
  capacity                      = 1
  public_network_access_enabled = false
  local_auth_enabled            = false
  minimum_tls_version           = "1.2"
  customer_managed_key {
    key_vault_key_id = "https://acme.vault.azure.net/keys/bus"
    identity_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/bus"
  }
  network_rule_set {
    default_action = "Deny"
    ip_rules       = ["192.0.2.0/24"]
  }
}

resource "azurerm_servicebus_namespace_disaster_recovery_config" "good" {
  name                 = "acme"
  primary_namespace_id = azurerm_servicebus_namespace.good.id
  partner_namespace_id = azurerm_servicebus_namespace.parts.id
}

resource "azurerm_servicebus_namespace" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "Standard"
  minimum_tls_version = "1.1"
}

resource "azurerm_servicebus_namespace" "parts" {
  name                = "acme-parts"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "Premium"
}

resource "azurerm_servicebus_namespace_customer_managed_key" "parts" {
  namespace_id     = azurerm_servicebus_namespace.parts.id
  key_vault_key_id = "https://acme.vault.azure.net/keys/bus"
}

resource "azurerm_servicebus_queue" "orders" {
  name         = "orders"
  namespace_id = azurerm_servicebus_namespace.good.id
}

resource "azurerm_servicebus_topic" "news" {
  name         = "news"
  namespace_id = azurerm_servicebus_namespace.good.id
}

resource "azurerm_servicebus_subscription" "mail" {
  name               = "mail"
  topic_id           = azurerm_servicebus_topic.news.id
  max_delivery_count = 10
}
