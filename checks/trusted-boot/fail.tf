variable "password" {
  type      = string
  sensitive = true
}

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

resource "azurerm_windows_virtual_machine" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  size                = "Standard_D2s_v5"
  admin_username      = "operator"
  admin_password      = var.password
  network_interface_ids = ["/subscriptions/x/networkInterfaces/n"]
  secure_boot_enabled = true
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_linux_virtual_machine_scale_set" "c" {
  name                = "c"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Standard_D2s_v5"
  instances           = 2
  admin_username      = "operator"
  network_interface {
    name    = "nic"
    primary = true
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = "/subscriptions/x/subnets/app"
    }
  }
  vtpm_enabled        = true
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_virtual_machine" "d" {
  name                = "d"
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
