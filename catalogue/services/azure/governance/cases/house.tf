resource "azurerm_management_group" "workloads" {
  display_name = "workloads"
}

resource "azurerm_subscription" "prod" {
  subscription_name = "prod"
}

resource "azurerm_resource_group" "locked" {
  name     = "locked"
  location = "westeurope"
}

resource "azurerm_resource_group" "free" {
  name     = "free"
  location = "westeurope"
}

resource "azurerm_management_lock" "locked" {
  name       = "keep"
  scope      = azurerm_resource_group.locked.id
  lock_level = "CanNotDelete"
}

resource "azurerm_subscription_policy_assignment" "enforced" {
  name                 = "enforced"
  subscription_id      = "/subscriptions/00000000-0000-0000-0000-000000000001"
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  location             = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_subscription_policy_assignment" "reporting" {
  name                 = "reporting"
  subscription_id      = "/subscriptions/00000000-0000-0000-0000-000000000001"
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  enforce              = false
}

resource "azurerm_resource_group_policy_assignment" "enforced" {
  name                 = "enforced"
  resource_group_id    = azurerm_resource_group.locked.id
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  location             = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_resource_group_policy_assignment" "reporting" {
  name                 = "reporting"
  resource_group_id    = azurerm_resource_group.locked.id
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  enforce              = false
}

resource "azurerm_management_group_policy_assignment" "enforced" {
  name                 = "enforced"
  management_group_id  = azurerm_management_group.workloads.id
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  location             = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_management_group_policy_assignment" "reporting" {
  name                 = "reporting"
  management_group_id  = azurerm_management_group.workloads.id
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  enforce              = false
}

resource "azurerm_resource_policy_assignment" "enforced" {
  name                 = "enforced"
  resource_id          = "/subscriptions/x/virtualNetworks/n"
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  location             = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_resource_policy_assignment" "reporting" {
  name                 = "reporting"
  resource_id          = "/subscriptions/x/virtualNetworks/n"
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  enforce              = false
}

resource "azurerm_policy_assignment" "enforced" {
  name                 = "enforced"
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000001"
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
}

resource "azurerm_policy_assignment" "reporting" {
  name                 = "reporting"
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000001"
  policy_definition_id = "/providers/Microsoft.Authorization/policyDefinitions/p"
  enforcement_mode     = false
}
