resource "azurerm_user_assigned_identity" "app" {
  name                = "app"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_user_assigned_identity" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_federated_identity_credential" "app" {
  name                = "app"
  resource_group_name = "rg"
  parent_id           = azurerm_user_assigned_identity.app.id
  audience            = ["api://AzureADTokenExchange"]
  issuer              = "https://oidc.prod-aks.azure.com/x/"
  subject             = "system:serviceaccount:app:app"
}

resource "azurerm_federated_identity_credential" "open" {
  name                = "open"
  resource_group_name = "rg"
  parent_id           = azurerm_user_assigned_identity.open.id
  audience            = ["api://AzureADTokenExchange"]
  issuer              = "https://token.actions.githubusercontent.com"
  subject             = "repo:example/app:*"
}

resource "azurerm_role_definition" "narrow" {
  name  = "narrow"
  scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
  permissions {
    actions = ["Microsoft.Storage/storageAccounts/read"]
  }
}

resource "azurerm_role_definition" "wide" {
  name  = "wide"
  scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
  permissions {
    actions = ["*"]
  }
}

resource "azurerm_role_definition" "contributor" {
  name  = "contributor"
  scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
  permissions {
    actions     = ["*"]
    not_actions = ["Microsoft.Authorization/*"]
  }
}

resource "azurerm_role_definition" "locks" {
  name  = "locks"
  scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
  permissions {
    actions = ["Microsoft.Authorization/locks/read", "Microsoft.Authorization/locks/write", "Microsoft.Authorization/locks/delete"]
  }
}

resource "azurerm_role_assignment" "reader" {
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_name = "Reader"
  principal_id         = azurerm_user_assigned_identity.app.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "owner" {
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_name = "Owner"
  principal_id         = "00000000-0000-0000-0000-0000000000aa"
  principal_type       = "Group"
}

resource "azurerm_role_assignment" "by_id" {
  scope              = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_id = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
  principal_id       = "00000000-0000-0000-0000-0000000000aa"
}

resource "azurerm_pim_active_role_assignment" "owner" {
  scope              = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_id = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
  principal_id       = "00000000-0000-0000-0000-0000000000aa"
}

resource "azurerm_pim_active_role_assignment" "reader" {
  scope              = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_id = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
  principal_id       = "00000000-0000-0000-0000-0000000000aa"
}

resource "azurerm_pim_eligible_role_assignment" "owner" {
  scope              = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_id = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
  principal_id       = "00000000-0000-0000-0000-0000000000aa"
}

resource "azurerm_pim_eligible_role_assignment" "reader" {
  scope              = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_id = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
  principal_id       = "00000000-0000-0000-0000-0000000000aa"
}

resource "azurerm_role_management_policy" "mfa" {
  scope              = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_id = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
  activation_rules {
    require_multifactor_authentication = true
  }
}

resource "azurerm_role_management_policy" "plain" {
  scope              = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_id = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
}
