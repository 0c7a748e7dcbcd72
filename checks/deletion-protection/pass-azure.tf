resource "azurerm_resource_group" "main" {
  name     = "main"
  location = "westeurope"
}

resource "azurerm_management_lock" "main" {
  name       = "keep"
  scope      = azurerm_resource_group.main.id
  lock_level = "CanNotDelete"
}
