resource "azurerm_role_definition" "locks" {
  name  = "Lock administrator"
  scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
  permissions {
    actions = ["Microsoft.Authorization/locks/*"]
  }
}

resource "azurerm_role_definition" "other_reader" {
  name  = "Reader of stores"
  scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
  permissions {
    actions = ["Microsoft.Storage/storageAccounts/read"]
  }
}
