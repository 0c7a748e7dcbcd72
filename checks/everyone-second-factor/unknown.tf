resource "azurerm_resource_group" "app" {
  name     = "app"
  location = "westeurope"
}
