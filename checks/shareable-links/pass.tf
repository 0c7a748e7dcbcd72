resource "azurerm_bastion_host" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Standard"
  ip_configuration {
    name                 = "c"
    subnet_id            = "/subscriptions/x/subnets/AzureBastionSubnet"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/b"
  }
}

resource "azurerm_bastion_host" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Standard"
  shareable_link_enabled = false
  ip_configuration {
    name                 = "c"
    subnet_id            = "/subscriptions/x/subnets/AzureBastionSubnet"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/b"
  }
}
