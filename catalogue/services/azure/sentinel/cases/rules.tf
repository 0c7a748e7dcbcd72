resource "azurerm_sentinel_log_analytics_workspace_onboarding" "good" {
  workspace_id                 = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  customer_managed_key_enabled = true
}

resource "azurerm_sentinel_log_analytics_workspace_onboarding" "bare" {
  workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme2"
}

resource "azurerm_sentinel_alert_rule_scheduled" "on" {
  name                       = "scheduled-on"
  display_name               = "on"
  log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  severity                   = "High"
  query                      = "SigninLogs | count"
}

resource "azurerm_sentinel_alert_rule_scheduled" "off" {
  name                       = "scheduled-off"
  display_name               = "off"
  log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  severity                   = "High"
  query                      = "SigninLogs | count"
  enabled                    = false
}

resource "azurerm_sentinel_alert_rule_nrt" "on" {
  name                       = "nrt-on"
  display_name               = "on"
  log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  severity                   = "High"
  query                      = "SigninLogs | count"
}

resource "azurerm_sentinel_alert_rule_nrt" "off" {
  name                       = "nrt-off"
  display_name               = "off"
  log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
  severity                   = "High"
  query                      = "SigninLogs | count"
  enabled                    = false
}
