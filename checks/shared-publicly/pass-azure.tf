resource "azurerm_container_registry" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Premium"
}
