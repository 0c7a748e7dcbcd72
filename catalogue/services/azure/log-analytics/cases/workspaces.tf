resource "azurerm_log_analytics_workspace" "good" {
  name                         = "acme-good"
  resource_group_name          = "acme"
  location                     = "westeurope"
  retention_in_days            = 365
  internet_ingestion_enabled   = false
  internet_query_enabled       = false
  local_authentication_enabled = false
}

resource "azurerm_log_analytics_linked_service" "good" {
  resource_group_name = "acme"
  workspace_id        = azurerm_log_analytics_workspace.good.id
  write_access_id     = azurerm_log_analytics_cluster.good.id
}

resource "azurerm_log_analytics_data_export_rule" "good" {
  name                    = "out"
  resource_group_name     = "acme"
  workspace_resource_id   = azurerm_log_analytics_workspace.good.id
  destination_resource_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  table_names             = ["Heartbeat"]
  enabled                 = true
}

resource "azurerm_log_analytics_solution" "good" {
  solution_name         = "SecurityInsights"
  resource_group_name   = "acme"
  location              = "westeurope"
  workspace_resource_id = azurerm_log_analytics_workspace.good.id
  workspace_name        = azurerm_log_analytics_workspace.good.name
  plan {
    publisher = "Microsoft"
    product   = "OMSGallery/SecurityInsights"
  }
}

resource "azurerm_log_analytics_workspace" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_log_analytics_workspace" "older" {
  name                          = "acme-older"
  resource_group_name           = "acme"
  location                      = "westeurope"
  local_authentication_disabled = true
}

resource "azurerm_log_analytics_storage_insights" "open" {
  name                = "insights"
  resource_group_name = "acme"
  workspace_id        = azurerm_log_analytics_workspace.open.id
  storage_account_id  = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  storage_account_key = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
}

resource "azurerm_log_analytics_cluster" "good" {
  name                = "acme"
  resource_group_name = "acme"
  location            = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_log_analytics_cluster_customer_managed_key" "good" {
  log_analytics_cluster_id = azurerm_log_analytics_cluster.good.id
  key_vault_key_id         = "https://acme.vault.azure.net/keys/acme"
}

resource "azurerm_log_analytics_cluster" "bare" {
  name                = "acme-bare"
  resource_group_name = "acme"
  location            = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_application_insights" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  application_type              = "web"
  workspace_id                  = azurerm_log_analytics_workspace.good.id
  retention_in_days             = 365
  internet_ingestion_enabled    = false
  internet_query_enabled        = false
  local_authentication_disabled = true
}

resource "azurerm_application_insights" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  application_type    = "web"
}

resource "azurerm_application_insights_api_key" "open" {
  name                    = "reader"
  application_insights_id = azurerm_application_insights.open.id
  read_permissions        = ["api"]
}
