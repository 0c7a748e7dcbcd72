resource "azurerm_firewall_policy" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Premium"
  intrusion_detection {
    mode = "Deny"
  }
}

resource "azurerm_firewall_policy" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Premium"
  intrusion_detection {
    mode = "Deny"
  }
}
