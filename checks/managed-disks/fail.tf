resource "azurerm_virtual_machine" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  vm_size             = "Standard_D2"
  network_interface_ids = ["/subscriptions/x/networkInterfaces/n"]
  storage_os_disk {
    name          = "os"
    create_option = "FromImage"
    vhd_uri       = "https://acct.blob.core.windows.net/vhds/os.vhd"
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
    blob_uri     = "https://acct.blob.core.windows.net/vhds/os.vhd"
  }
}

resource "azurerm_virtual_machine_scale_set" "d" {
  name                = "d"
  location            = "westeurope"
  resource_group_name = "rg"
  upgrade_policy_mode = "Manual"
  sku {
    name     = "Standard_D2"
    capacity = 1
  }
  storage_profile_os_disk {
    create_option  = "FromImage"
    vhd_containers = ["https://acct.blob.core.windows.net/vhds"]
  }
  os_profile {
    computer_name_prefix = "vm"
    admin_username       = "operator"
  }
  network_profile {
    name    = "nic"
    primary = true
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = "/subscriptions/x/subnets/app"
    }
  }
}
