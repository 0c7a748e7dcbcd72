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
  admin_password      = var.password
  disable_password_authentication = false
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_linux_virtual_machine_scale_set" "b" {
  name                = "b"
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
  admin_password      = var.password
  disable_password_authentication = false
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_orchestrated_virtual_machine_scale_set" "c" {
  name                = "c"
  location            = "westeurope"
  resource_group_name = "rg"
  platform_fault_domain_count = 1
  sku_name            = "Standard_D2s_v5"
  instances           = 2
  os_profile {
    linux_configuration {
      admin_username = "operator"
      admin_password = var.password
      disable_password_authentication = false
    }
  }
  network_interface {
    name    = "nic"
    primary = true
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = "/subscriptions/x/subnets/app"
    }
  }
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
    disable_password_authentication = false
  }
}
