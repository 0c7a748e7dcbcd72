variable "mode" {
  type = string
}

resource "azurerm_firewall" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  sku_name            = "AZFW_VNet"
  sku_tier            = "Premium"
  threat_intel_mode = var.mode
}

resource "azurerm_firewall_policy" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Premium"
  threat_intelligence_mode = var.mode
}
