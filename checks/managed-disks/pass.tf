resource "azurerm_linux_virtual_machine" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  size                = "Standard_D2s_v5"
  admin_username      = "operator"
  network_interface_ids = ["/subscriptions/x/networkInterfaces/n"]
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_virtual_machine" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  vm_size             = "Standard_D2"
  network_interface_ids = ["/subscriptions/x/networkInterfaces/n"]
  storage_os_disk {
    name          = "os"
    create_option = "FromImage"
  }
  os_profile_linux_config {
    disable_password_authentication = true
  }
}

resource "azurerm_image" "c" {
  name                = "c"
  location            = "westeurope"
  resource_group_name = "rg"
  os_disk {
    os_type         = "Linux"
    os_state        = "Generalized"
    storage_type    = "Standard_LRS"
    managed_disk_id = "/subscriptions/x/disks/os"
  }
}
