resource "azurerm_monitor_action_group" "told" {
  name                = "security"
  resource_group_name = "acme"
  short_name          = "security"
  email_receiver {
    name          = "soc"
    email_address = "soc@acme.example"
  }
}

resource "azurerm_monitor_action_group" "nobody" {
  name                = "nobody"
  resource_group_name = "acme"
  short_name          = "nobody"
}

resource "azurerm_monitor_alert_processing_rule_action_group" "all" {
  name                 = "all"
  resource_group_name  = "acme"
  scopes               = ["/subscriptions/00000000-0000-0000-0000-000000000000"]
  add_action_group_ids = [azurerm_monitor_action_group.told.id]
}

resource "azurerm_monitor_activity_log_alert" "policies" {
  name                = "policy-assignments"
  resource_group_name = "acme"
  location            = "global"
  scopes              = ["/subscriptions/00000000-0000-0000-0000-000000000000"]
  criteria {
    category       = "Administrative"
    operation_name = "Microsoft.Authorization/policyAssignments/write"
  }
  action {
    action_group_id = azurerm_monitor_action_group.told.id
  }
}

resource "azurerm_monitor_activity_log_alert" "health" {
  name                = "health"
  resource_group_name = "acme"
  location            = "global"
  scopes              = ["/subscriptions/00000000-0000-0000-0000-000000000000"]
  criteria {
    category = "ServiceHealth"
  }
}

resource "azurerm_monitor_metric_alert" "vault" {
  name                = "vault-latency"
  resource_group_name = "acme"
  scopes              = [azurerm_key_vault.audited.id]
  criteria {
    metric_namespace = "Microsoft.KeyVault/vaults"
    metric_name      = "ServiceApiLatency"
    aggregation      = "Average"
    operator         = "GreaterThan"
    threshold        = 500
  }
  action {
    action_group_id = azurerm_monitor_action_group.told.id
  }
}

resource "azurerm_monitor_metric_alert" "off" {
  name                = "off"
  resource_group_name = "acme"
  enabled             = false
  scopes              = [azurerm_key_vault.audited.id]
  action {
    action_group_id = azurerm_monitor_action_group.told.id
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert" "errors" {
  name                = "errors"
  resource_group_name = "acme"
  location            = "westeurope"
  data_source_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  query               = "exceptions | count"
  frequency           = 5
  time_window         = 30
  action {
    action_group = [azurerm_monitor_action_group.told.id]
  }
  trigger {
    operator  = "GreaterThan"
    threshold = 3
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert" "off" {
  name                = "errors-off"
  resource_group_name = "acme"
  location            = "westeurope"
  data_source_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  query               = "exceptions | count"
  frequency           = 5
  time_window         = 30
  enabled             = false
  action {
    action_group = [azurerm_monitor_action_group.told.id]
  }
  trigger {
    operator  = "GreaterThan"
    threshold = 3
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "errors" {
  name                 = "errors-v2"
  resource_group_name  = "acme"
  location             = "westeurope"
  evaluation_frequency = "PT10M"
  window_duration      = "PT10M"
  scopes               = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"]
  severity             = 2
  criteria {
    query                   = "exceptions | count"
    time_aggregation_method = "Count"
    threshold               = 3
    operator                = "GreaterThan"
  }
  action {
    action_groups = [azurerm_monitor_action_group.told.id]
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "silent" {
  name                 = "errors-silent"
  resource_group_name  = "acme"
  location             = "westeurope"
  evaluation_frequency = "PT10M"
  window_duration      = "PT10M"
  scopes               = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"]
  severity             = 2
  criteria {
    query                   = "exceptions | count"
    time_aggregation_method = "Count"
    threshold               = 3
    operator                = "GreaterThan"
  }
}

resource "azurerm_monitor_smart_detector_alert_rule" "failures" {
  name                = "failures"
  resource_group_name = "acme"
  detector_type       = "FailureAnomaliesDetector"
  scope_resource_ids  = ["/subscriptions/0/resourceGroups/acme/providers/microsoft.insights/components/acme"]
  severity            = "Sev1"
  frequency           = "PT1M"
  action_group {
    ids = [azurerm_monitor_action_group.told.id]
  }
}

resource "azurerm_monitor_smart_detector_alert_rule" "off" {
  name                = "failures-off"
  resource_group_name = "acme"
  detector_type       = "FailureAnomaliesDetector"
  scope_resource_ids  = ["/subscriptions/0/resourceGroups/acme/providers/microsoft.insights/components/acme"]
  severity            = "Sev1"
  frequency           = "PT1M"
  enabled             = false
  action_group {
    ids = [azurerm_monitor_action_group.told.id]
  }
}

resource "azurerm_monitor_alert_prometheus_rule_group" "kube" {
  name                = "kube"
  resource_group_name = "acme"
  location            = "westeurope"
  scopes              = [azurerm_monitor_workspace.open.id]
  rule {
    expression = "up == 0"
    action {
      action_group_id = azurerm_monitor_action_group.told.id
    }
  }
}

resource "azurerm_monitor_alert_prometheus_rule_group" "recording" {
  name                = "recording"
  resource_group_name = "acme"
  location            = "westeurope"
  scopes              = [azurerm_monitor_workspace.open.id]
  rule {
    record     = "up_total"
    expression = "sum(up)"
  }
}

resource "azurerm_monitor_workspace" "open" {
  name                = "metrics"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_monitor_workspace" "closed" {
  name                          = "metrics-closed"
  resource_group_name           = "acme"
  location                      = "westeurope"
  public_network_access_enabled = false
}

resource "azurerm_monitor_data_collection_endpoint" "open" {
  name                = "collect"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_monitor_data_collection_endpoint" "closed" {
  name                          = "collect-closed"
  resource_group_name           = "acme"
  location                      = "westeurope"
  public_network_access_enabled = false
}

resource "azurerm_monitor_data_collection_rule" "syslog" {
  name                = "syslog"
  resource_group_name = "acme"
  location            = "westeurope"
  destinations {
    log_analytics {
      workspace_resource_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
      name                  = "logs"
    }
  }
  data_flow {
    streams      = ["Microsoft-Syslog"]
    destinations = ["logs"]
  }
}

resource "azurerm_monitor_private_link_scope" "open" {
  name                = "open"
  resource_group_name = "acme"
}

resource "azurerm_monitor_private_link_scope" "closed" {
  name                  = "closed"
  resource_group_name   = "acme"
  ingestion_access_mode = "PrivateOnly"
  query_access_mode     = "PrivateOnly"
}

resource "azurerm_monitor_private_link_scoped_service" "metrics" {
  name                = "metrics"
  resource_group_name = "acme"
  scope_name          = azurerm_monitor_private_link_scope.closed.name
  linked_resource_id  = azurerm_monitor_workspace.closed.id
}

resource "azurerm_monitor_aad_diagnostic_setting" "sign_ins" {
  name               = "sign-ins"
  storage_account_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acmelogs"
  enabled_log {
    category = "SignInLogs"
  }
  enabled_log {
    category = "AuditLogs"
  }
}

# A diagnostic setting belongs to whatever it names.
resource "azurerm_key_vault" "audited" {
  name                = "acme-audited"
  resource_group_name = "acme"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
}

resource "azurerm_monitor_diagnostic_setting" "vault" {
  name                       = "audit"
  target_resource_id         = azurerm_key_vault.audited.id
  log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  enabled_log {
    category = "AuditEvent"
  }
}

resource "azurerm_key_vault" "measured" {
  name                = "acme-measured"
  resource_group_name = "acme"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
}

resource "azurerm_monitor_diagnostic_setting" "measured" {
  name                       = "metrics"
  target_resource_id         = azurerm_key_vault.measured.id
  log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  enabled_metric {
    category = "AllMetrics"
  }
}

resource "azurerm_storage_account" "blobs" {
  name                     = "acmeblobs"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_monitor_diagnostic_setting" "blobs" {
  name               = "blobs"
  target_resource_id = "${azurerm_storage_account.blobs.id}/blobServices/default"
  storage_account_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acmelogs"
  enabled_log {
    category_group = "audit"
  }
}
