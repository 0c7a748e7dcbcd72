resource "azurerm_network_security_group" "app" {
  name                = "app"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_virtual_network" "main" {
  name                = "main"
  location            = "westeurope"
  resource_group_name = "rg"
  address_space       = ["10.0.0.0/16"]
  subnet {
    name             = "inline"
    address_prefixes = ["10.0.1.0/24"]
    security_group   = azurerm_network_security_group.app.id
  }
}

resource "azurerm_subnet" "app" {
  name                 = "app"
  resource_group_name  = "rg"
  virtual_network_name = azurerm_virtual_network.main.name
  address_prefixes     = ["10.0.2.0/24"]
}

resource "azurerm_subnet_network_security_group_association" "app" {
  subnet_id                 = azurerm_subnet.app.id
  network_security_group_id = azurerm_network_security_group.app.id
}

resource "azurerm_virtual_hub" "hub" {
  name                = "hub"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_virtual_hub_routing_intent" "hub" {
  name           = "hub"
  virtual_hub_id = azurerm_virtual_hub.hub.id
  routing_policy {
    name         = "internet"
    destinations = ["Internet"]
    next_hop     = "/subscriptions/x/azureFirewalls/fw"
  }
}
