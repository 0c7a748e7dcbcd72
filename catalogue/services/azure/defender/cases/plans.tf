variable "connection" {}

resource "azurerm_security_center_subscription_pricing" "servers" {
  tier          = "Standard"
  resource_type = "VirtualMachines"
}

resource "azurerm_security_center_subscription_pricing" "accounts" {
  tier          = "Standard"
  resource_type = "StorageAccounts"
}

resource "azurerm_security_center_subscription_pricing" "vaults" {
  tier          = "Free"
  resource_type = "KeyVaults"
}

resource "azurerm_security_center_contact" "soc" {
  name                = "default1"
  email               = "soc@acme.example"
  phone               = "+4912345"
  alert_notifications = true
  alerts_to_admins    = true
}

resource "azurerm_security_center_workspace" "logs" {
  scope        = "/subscriptions/00000000-0000-0000-0000-000000000000"
  workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
}

resource "azurerm_security_center_automation" "on" {
  name                = "on"
  resource_group_name = "acme"
  location            = "westeurope"
  scopes              = ["/subscriptions/00000000-0000-0000-0000-000000000000"]
  action {
    type              = "EventHub"
    resource_id       = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.EventHub/namespaces/acme/eventhubs/alerts"
    connection_string = var.connection
  }
  source {
    event_source = "Alerts"
  }
}

resource "azurerm_security_center_automation" "off" {
  name                = "off"
  resource_group_name = "acme"
  location            = "westeurope"
  scopes              = ["/subscriptions/00000000-0000-0000-0000-000000000000"]
  enabled             = false
  action {
    type              = "EventHub"
    resource_id       = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.EventHub/namespaces/acme/eventhubs/alerts"
    connection_string = "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==;EntityPath=alerts"
  }
  source {
    event_source = "Alerts"
  }
}

resource "azurerm_iot_security_solution" "on" {
  name                = "on"
  resource_group_name = "acme"
  location            = "westeurope"
  display_name        = "on"
  iothub_ids          = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.Devices/iotHubs/acme"]
}

resource "azurerm_iot_security_solution" "off" {
  name                = "off"
  resource_group_name = "acme"
  location            = "westeurope"
  display_name        = "off"
  enabled             = false
  iothub_ids          = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.Devices/iotHubs/acme"]
}

resource "azurerm_storage_account" "scanned" {
  name                     = "acmescanned"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_security_center_storage_defender" "scanned" {
  storage_account_id = azurerm_storage_account.scanned.id
}

resource "azurerm_storage_account" "watched" {
  name                     = "acmewatched"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_advanced_threat_protection" "watched" {
  target_resource_id = azurerm_storage_account.watched.id
  enabled            = true
}

resource "azurerm_storage_account" "unwatched" {
  name                     = "acmeunwatched"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_advanced_threat_protection" "unwatched" {
  target_resource_id = azurerm_storage_account.unwatched.id
  enabled            = false
}
