variable "actions" {
  type = list(string)
}

resource "azurerm_role_definition" "other_operator" {
  name  = "Operator"
  scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
  permissions {
    actions = var.actions
  }
}
