resource "azurerm_linux_virtual_machine" "named" {
  name                = "named"
  resource_group_name = "images"
  location            = "westeurope"
  source_image_reference {
    publisher = "Canonical"
    offer     = "ubuntu-24_04-lts"
    sku       = "server"
    version   = "latest"
  }
}

resource "azurerm_windows_virtual_machine" "named" {
  name                = "named"
  resource_group_name = "images"
  location            = "westeurope"
  source_image_reference {
    publisher = "MicrosoftWindowsServer"
    offer     = "WindowsServer"
    sku       = "2022-datacenter-g2"
    version   = "latest"
  }
}

resource "azurerm_virtual_machine" "named" {
  name                = "named"
  resource_group_name = "images"
  location            = "westeurope"
  storage_image_reference {
    publisher = "Canonical"
    offer     = "UbuntuServer"
    sku       = "18.04-LTS"
    version   = "latest"
  }
}

resource "azurerm_linux_virtual_machine_scale_set" "named" {
  name                = "named"
  resource_group_name = "images"
  location            = "westeurope"
  source_image_reference {
    publisher = "Canonical"
    offer     = "UbuntuServer"
    sku       = "18.04-LTS"
    version   = "latest"
  }
}

resource "azurerm_windows_virtual_machine_scale_set" "named" {
  name                = "named"
  resource_group_name = "images"
  location            = "westeurope"
  source_image_reference {
    publisher = "MicrosoftWindowsServer"
    offer     = "WindowsServer"
    sku       = "2022-datacenter-g2"
    version   = "latest"
  }
}

resource "azurerm_orchestrated_virtual_machine_scale_set" "named" {
  name                = "named"
  resource_group_name = "images"
  location            = "westeurope"
  source_image_reference {
    publisher = "Canonical"
    offer     = "ubuntu-24_04-lts"
    sku       = "server"
    version   = "latest"
  }
}

resource "azurerm_virtual_machine_scale_set" "named" {
  name                = "named"
  resource_group_name = "images"
  location            = "westeurope"
  storage_profile_image_reference {
    publisher = "Canonical"
    offer     = "UbuntuServer"
    sku       = "18.04-LTS"
    version   = "latest"
  }
}
