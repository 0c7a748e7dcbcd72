resource "azurerm_virtual_network" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "rg"
  address_space       = ["10.0.0.0/16"]
}

resource "azurerm_network_watcher_flow_log" "main" {
  name                 = "main"
  network_watcher_name = "watcher"
  resource_group_name  = "rg"
  target_resource_id   = azurerm_virtual_network.main.id
  storage_account_id   = "/subscriptions/x/storageAccounts/logs"
  enabled              = true
  retention_policy {
    enabled = true
    days    = 7
  }
}

resource "azurerm_network_security_group" "web" {
  name                = "web"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_network_watcher_flow_log" "web" {
  name                 = "web"
  network_watcher_name = "watcher"
  resource_group_name  = "rg"
  target_resource_id   = azurerm_network_security_group.web.id
  storage_account_id   = "/subscriptions/x/storageAccounts/logs"
  enabled              = true
  retention_policy {
    enabled = true
    days    = 7
  }
}
