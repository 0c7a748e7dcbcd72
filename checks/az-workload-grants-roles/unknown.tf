variable "role" {
  type = string
}

resource "azurerm_role_assignment" "a" {
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_name = var.role
  principal_id         = "00000000-0000-0000-0000-0000000000aa"
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "b" {
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_name = "Owner"
  principal_id         = "00000000-0000-0000-0000-0000000000aa"
  principal_type       = null
}
