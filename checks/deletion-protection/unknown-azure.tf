variable "lock" {
  type = bool
}

resource "azurerm_resource_group" "main" {
  name     = "main"
  location = "westeurope"
}

resource "azurerm_management_lock" "main" {
  count      = var.lock ? 1 : 0
  name       = "keep"
  scope      = azurerm_resource_group.main.id
  lock_level = "CanNotDelete"
}
