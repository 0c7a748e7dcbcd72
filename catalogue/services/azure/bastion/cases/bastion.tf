resource "azurerm_bastion_host" "careful" {
  name                      = "careful"
  location                  = "westeurope"
  resource_group_name       = "rg"
  sku                       = "Premium"
  copy_paste_enabled        = false
  session_recording_enabled = true
  zones                     = ["1", "2", "3"]
  ip_configuration {
    name                 = "c"
    subnet_id            = "/subscriptions/x/subnets/AzureBastionSubnet"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/b"
  }
}

resource "azurerm_bastion_host" "plain" {
  name                   = "plain"
  location               = "westeurope"
  resource_group_name    = "rg"
  sku                    = "Standard"
  shareable_link_enabled = true
  ip_configuration {
    name                 = "c"
    subnet_id            = "/subscriptions/x/subnets/AzureBastionSubnet"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/b"
  }
}
