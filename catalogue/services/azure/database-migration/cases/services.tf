resource "azurerm_database_migration_service" "m" {
  name                = "m"
  resource_group_name = "acme"
  location            = "westeurope"
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/m"
  sku_name            = "Standard_1vCores"
}
