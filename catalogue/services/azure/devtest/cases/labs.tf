variable "password" {}

resource "azurerm_dev_test_lab" "lab" {
  name                = "lab"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_dev_test_linux_virtual_machine" "closed" {
  name                       = "closed"
  resource_group_name        = "acme"
  location                   = "westeurope"
  lab_name                   = "lab"
  lab_subnet_name            = "s"
  lab_virtual_network_id     = "/subscriptions/0/resourceGroups/acme/providers/n"
  size                       = "Standard_DS2"
  storage_type               = "Premium"
  username                   = "dev"
  disallow_public_ip_address = true
  password                   = var.password
  gallery_image_reference {
    publisher = "Canonical"
    offer     = "UbuntuServer"
    sku       = "18.04-LTS"
    version   = "latest"
  }
}

resource "azurerm_dev_test_linux_virtual_machine" "open" {
  name                   = "open"
  resource_group_name    = "acme"
  location               = "westeurope"
  lab_name               = "lab"
  lab_subnet_name        = "s"
  lab_virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/n"
  size                   = "Standard_DS2"
  storage_type           = "Premium"
  username               = "dev"
  password               = "correct-horse-battery-9"
  gallery_image_reference {
    publisher = "Canonical"
    offer     = "UbuntuServer"
    sku       = "18.04-LTS"
    version   = "latest"
  }
}

resource "azurerm_dev_test_windows_virtual_machine" "closed" {
  name                       = "closed"
  resource_group_name        = "acme"
  location                   = "westeurope"
  lab_name                   = "lab"
  lab_subnet_name            = "s"
  lab_virtual_network_id     = "/subscriptions/0/resourceGroups/acme/providers/n"
  size                       = "Standard_DS2"
  storage_type               = "Premium"
  username                   = "dev"
  disallow_public_ip_address = true
  password                   = var.password
  gallery_image_reference {
    publisher = "Canonical"
    offer     = "UbuntuServer"
    sku       = "18.04-LTS"
    version   = "latest"
  }
}

resource "azurerm_dev_test_windows_virtual_machine" "open" {
  name                   = "open"
  resource_group_name    = "acme"
  location               = "westeurope"
  lab_name               = "lab"
  lab_subnet_name        = "s"
  lab_virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/n"
  size                   = "Standard_DS2"
  storage_type           = "Premium"
  username               = "dev"
  password               = "correct-horse-battery-9"
  gallery_image_reference {
    publisher = "Canonical"
    offer     = "UbuntuServer"
    sku       = "18.04-LTS"
    version   = "latest"
  }
}

resource "azurerm_dev_center" "good" {
  name                = "good"
  resource_group_name = "acme"
  location            = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_dev_center" "bare" {
  name                = "bare"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_dev_center_project_pool" "good" {
  name                             = "good"
  location                         = "westeurope"
  dev_center_project_id            = "/subscriptions/0/resourceGroups/acme/providers/p"
  dev_box_definition_name          = "d"
  dev_center_attached_network_name = "n"
  local_administrator_enabled      = false
  single_sign_on_enabled           = true
}

resource "azurerm_dev_center_project_pool" "open" {
  name                             = "open"
  location                         = "westeurope"
  dev_center_project_id            = "/subscriptions/0/resourceGroups/acme/providers/p"
  dev_box_definition_name          = "d"
  dev_center_attached_network_name = "n"
  local_administrator_enabled      = true
}
