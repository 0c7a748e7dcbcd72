resource "azurerm_linux_virtual_machine" "guarded" {
  name                       = "guarded"
  location                   = "westeurope"
  resource_group_name        = "rg"
  size                       = "Standard_D2s_v5"
  admin_username             = "operator"
  network_interface_ids      = ["/subscriptions/x/networkInterfaces/guarded"]
  encryption_at_host_enabled = true
  secure_boot_enabled        = true
  vtpm_enabled               = true
  patch_mode                 = "AutomaticByPlatform"
  allow_extension_operations = false
  source_image_id            = "/subscriptions/x/images/base"
  os_disk {
    caching                = "ReadWrite"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = "/subscriptions/x/diskEncryptionSets/des"
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_virtual_machine" "plain" {
  name                            = "plain"
  location                        = "westeurope"
  resource_group_name             = "rg"
  size                            = "Standard_B2s"
  admin_username                  = "azureuser"
  admin_password                  = "Sup3r-Geheim-2026"
  disable_password_authentication = false
  network_interface_ids           = ["/subscriptions/x/networkInterfaces/plain"]
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Standard_LRS"
  }
}

resource "azurerm_windows_virtual_machine" "guarded" {
  name                       = "guarded"
  location                   = "westeurope"
  resource_group_name        = "rg"
  size                       = "Standard_D2s_v5"
  admin_username             = "operator"
  admin_password             = var.password
  network_interface_ids      = ["/subscriptions/x/networkInterfaces/w"]
  encryption_at_host_enabled = true
  secure_boot_enabled        = true
  vtpm_enabled               = true
  patch_mode                 = "AutomaticByPlatform"
  allow_extension_operations = false
  os_disk {
    caching                = "ReadWrite"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = "/subscriptions/x/diskEncryptionSets/des"
  }
  identity {
    type = "SystemAssigned"
  }
}

variable "password" {
  type      = string
  sensitive = true
}

resource "azurerm_windows_virtual_machine" "guest" {
  name                  = "guest"
  location              = "westeurope"
  resource_group_name   = "rg"
  size                  = "Standard_D2s_v5"
  admin_username        = "operator"
  admin_password        = var.password
  network_interface_ids = ["/subscriptions/x/networkInterfaces/w"]
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_windows_virtual_machine" "manual" {
  name                      = "manual"
  location                  = "westeurope"
  resource_group_name       = "rg"
  size                      = "Standard_D2s_v5"
  admin_username            = "operator"
  admin_password            = var.password
  automatic_updates_enabled = false
  patch_mode                = "Manual"
  network_interface_ids     = ["/subscriptions/x/networkInterfaces/w"]
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_virtual_machine" "legacy" {
  name                  = "legacy"
  location              = "westeurope"
  resource_group_name   = "rg"
  vm_size               = "Standard_D2"
  network_interface_ids = ["/subscriptions/x/networkInterfaces/l"]
  storage_os_disk {
    name          = "os"
    create_option = "FromImage"
    vhd_uri       = "https://acct.blob.core.windows.net/vhds/os.vhd"
  }
  os_profile {
    computer_name  = "legacy"
    admin_username = "azureuser"
    admin_password = "Sup3r-Geheim-2026"
  }
  os_profile_linux_config {
    disable_password_authentication = false
  }
}

resource "azurerm_virtual_machine" "managed" {
  name                  = "managed"
  location              = "westeurope"
  resource_group_name   = "rg"
  vm_size               = "Standard_D2"
  network_interface_ids = ["/subscriptions/x/networkInterfaces/l"]
  storage_os_disk {
    name              = "os"
    create_option     = "FromImage"
    managed_disk_type = "Premium_LRS"
  }
  os_profile_linux_config {
    disable_password_authentication = true
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_virtual_machine" "windows" {
  name                  = "windows"
  location              = "westeurope"
  resource_group_name   = "rg"
  vm_size               = "Standard_D2"
  network_interface_ids = ["/subscriptions/x/networkInterfaces/l"]
  storage_os_disk {
    name              = "os"
    create_option     = "FromImage"
    managed_disk_type = "Premium_LRS"
  }
  os_profile_windows_config {
    enable_automatic_upgrades = false
  }
}

resource "azurerm_virtual_machine_data_disk_attachment" "data" {
  managed_disk_id    = "/subscriptions/x/disks/data"
  virtual_machine_id = azurerm_linux_virtual_machine.guarded.id
  lun                = 1
  caching            = "None"
}

resource "azurerm_virtual_machine_extension" "agent" {
  name                       = "AzureMonitorLinuxAgent"
  virtual_machine_id         = azurerm_linux_virtual_machine.guarded.id
  publisher                  = "Microsoft.Azure.Monitor"
  type                       = "AzureMonitorLinuxAgent"
  type_handler_version       = "1.33"
  automatic_upgrade_enabled  = true
  auto_upgrade_minor_version = true
}

resource "azurerm_virtual_machine_extension" "script" {
  name                 = "script"
  virtual_machine_id   = azurerm_linux_virtual_machine.plain.id
  publisher            = "Microsoft.Azure.Extensions"
  type                 = "CustomScript"
  type_handler_version = "2.1"
  protected_settings   = jsonencode({ storageAccountKey = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S" })
}

resource "azurerm_virtual_machine_run_command" "setup" {
  name               = "setup"
  location           = "westeurope"
  virtual_machine_id = azurerm_linux_virtual_machine.plain.id
  source {
    script = "export DB_PASSWORD=Geheim-9Kx2pQ7z && ./setup.sh"
  }
}
