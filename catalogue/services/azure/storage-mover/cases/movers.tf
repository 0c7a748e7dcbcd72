resource "azurerm_storage_mover" "m" {
  name                = "m"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_storage_mover_agent" "a" {
  name                     = "a"
  storage_mover_id         = azurerm_storage_mover.m.id
  arc_virtual_machine_id   = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.HybridCompute/machines/a"
  arc_virtual_machine_uuid = "3bb2c024-eba9-4d18-9e7a-1d772fcc5fe9"
}
