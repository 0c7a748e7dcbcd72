variable "mode" {
  type = string
}

resource "azurerm_firewall_policy" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Premium"
  intrusion_detection {
    mode = var.mode
  }
}
