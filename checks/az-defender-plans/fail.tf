resource "azurerm_security_center_subscription_pricing" "virtualmachines" {
  tier          = "Standard"
  resource_type = "VirtualMachines"
}

resource "azurerm_security_center_subscription_pricing" "keyvaults" {
  tier          = "Free"
  resource_type = "KeyVaults"
}
