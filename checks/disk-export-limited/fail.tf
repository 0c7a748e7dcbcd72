resource "azurerm_managed_disk" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  storage_account_type = "Premium_LRS"
  create_option        = "Empty"
}

resource "azurerm_snapshot" "c" {
  name                = "c"
  location            = "westeurope"
  resource_group_name = "rg"
  create_option = "Copy"
  source_uri    = "/subscriptions/x/disks/a"
}
