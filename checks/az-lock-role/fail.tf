resource "azurerm_role_definition" "other_operator" {
  name  = "Operator of machines"
  scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
  permissions {
    actions = ["Microsoft.Compute/virtualMachines/start/action", "Microsoft.Authorization/locks/read"]
  }
}

resource "azurerm_role_definition" "other_nearly" {
  name  = "Places locks"
  scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
  permissions {
    actions = ["Microsoft.Authorization/locks/write"]
  }
}
