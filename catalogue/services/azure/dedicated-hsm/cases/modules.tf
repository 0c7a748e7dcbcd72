resource "azurerm_dedicated_hardware_security_module" "payments" {
  name                = "payments"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "payShield10K_LMK1_CPS60"
  stamp_id            = "stamp1"
  network_profile {
    network_interface_private_ip_addresses = ["10.2.1.8"]
    subnet_id                              = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hsm"
  }
}
