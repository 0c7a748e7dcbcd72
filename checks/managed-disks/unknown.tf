variable "vhd" {
  type = string
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
    vhd_uri       = var.vhd
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
    os_type      = "Linux"
    os_state     = "Generalized"
    storage_type = "Standard_LRS"
    blob_uri     = var.vhd
  }
}
