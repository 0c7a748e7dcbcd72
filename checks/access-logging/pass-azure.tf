resource "azurerm_key_vault" "keys" {
  name                = "acme-keys"
  resource_group_name = "acme"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
}

resource "azurerm_monitor_diagnostic_setting" "keys" {
  name                       = "keys"
  target_resource_id         = azurerm_key_vault.keys.id
  log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  enabled_log {
    category_group = "allLogs"
  }
}

resource "azurerm_eventhub_namespace" "events" {
  name                = "acme-events"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "Standard"
}

resource "azurerm_monitor_diagnostic_setting" "events" {
  name                       = "events"
  target_resource_id         = azurerm_eventhub_namespace.events.id
  log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  enabled_log {
    category_group = "allLogs"
  }
}

resource "azurerm_storage_account" "data" {
  name                     = "acmedata"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_monitor_diagnostic_setting" "data" {
  name                       = "data"
  target_resource_id         = azurerm_storage_account.data.id
  log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  enabled_log {
    category_group = "allLogs"
  }
}
