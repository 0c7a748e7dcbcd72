resource "azurerm_stack_hci_cluster" "good" {
  name                = "good"
  resource_group_name = "acme"
  location            = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_stack_hci_cluster" "bare" {
  name                = "bare"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_databox_edge_device" "d" {
  name                = "d"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "EdgeP_Base-Standard"
}
