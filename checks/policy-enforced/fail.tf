resource "azurerm_subscription_policy_assignment" "a" {
  name                 = "a"
  subscription_id      = "/subscriptions/00000000-0000-0000-0000-000000000001"
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  enforce              = false
}

resource "azurerm_resource_group_policy_assignment" "b" {
  name                 = "b"
  resource_group_id    = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  enforce              = false
}

resource "azuread_conditional_access_policy" "c" {
  display_name = "c"
  state        = "enabledForReportingButNotEnforced"
  conditions {
    client_app_types = ["all"]
    applications {
      included_applications = ["All"]
    }
    users {
      included_users = ["All"]
    }
  }
  grant_controls {
    operator          = "OR"
    built_in_controls = ["mfa"]
  }
}
