resource "azurerm_linux_virtual_machine" "app" {
  name                = "app"
  resource_group_name = "shop"
  location            = "westeurope"
  size                = "Standard_B2s"
  admin_username      = "ops"
  source_image_reference {
    publisher = "RedHat"
    offer     = "RHEL"
    sku       = "9-lvm-gen2"
    version   = "latest"
  }
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_windows_virtual_machine" "files" {
  name                = "files"
  resource_group_name = "shop"
  location            = "westeurope"
  size                = "Standard_B2s"
  admin_username      = "ops"
  admin_password      = var.password
  source_image_reference {
    publisher = "MicrosoftWindowsServer"
    offer     = "WindowsServer"
    sku       = "2022-datacenter-g2"
    version   = "latest"
  }
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

variable "password" {
  sensitive = true
}

resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "e2-small"
  zone         = "europe-west4-a"
  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-13"
    }
  }
  network_interface {
    network = "shop"
  }
}

resource "google_compute_instance_template" "batch" {
  name_prefix  = "batch"
  machine_type = "e2-small"
  disk {
    source_image = "rocky-linux-cloud/rocky-linux-9"
  }
  network_interface {
    network = "shop"
  }
}
