resource "azurerm_eventhub_namespace" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  sku                           = "Premium"
  public_network_access_enabled = false
  local_authentication_enabled  = false
  minimum_tls_version           = "1.2"
  network_rulesets {
    default_action = "Deny"
    ip_rule {
      ip_mask = "192.0.2.0/24"
    }
  }
}

resource "azurerm_eventhub_namespace_customer_managed_key" "good" {
  eventhub_namespace_id = azurerm_eventhub_namespace.good.id
  key_vault_key_ids     = ["https://acme.vault.azure.net/keys/events"]
}

resource "azurerm_eventhub_namespace_disaster_recovery_config" "good" {
  name                 = "acme"
  resource_group_name  = "acme"
  namespace_name       = azurerm_eventhub_namespace.good.name
  partner_namespace_id = azurerm_eventhub_namespace.open.id
}

resource "azurerm_eventhub" "orders" {
  name              = "orders"
  namespace_id      = azurerm_eventhub_namespace.good.id
  partition_count   = 2
  message_retention = 1
}

resource "azurerm_eventhub_namespace" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "Standard"
  minimum_tls_version = "1.0"
}

resource "azurerm_eventhub_namespace_customer_managed_key" "open" {
  eventhub_namespace_id = azurerm_eventhub_namespace.open.id
  key_vault_key_ids     = []
}

resource "azurerm_eventhub_cluster" "own" {
  name                = "acme"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "Dedicated_1"
}
