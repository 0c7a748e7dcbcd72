locals {
  subnet = "/subscriptions/x/virtualNetworks/n/subnets/app"
}

resource "azurerm_linux_virtual_machine_scale_set" "guarded" {
  name                         = "guarded"
  location                     = "westeurope"
  resource_group_name          = "rg"
  sku                          = "Standard_D2s_v5"
  instances                    = 3
  admin_username               = "operator"
  zones                        = ["1", "2", "3"]
  encryption_at_host_enabled   = true
  secure_boot_enabled          = true
  vtpm_enabled                 = true
  extension_operations_enabled = false
  upgrade_mode                 = "Rolling"
  health_probe_id              = "/subscriptions/x/probes/p"
  automatic_os_upgrade_policy {
    enable_automatic_os_upgrade = true
    disable_automatic_rollback  = false
  }
  automatic_instance_repair {
    enabled = true
  }
  network_interface {
    name                      = "nic"
    primary                   = true
    network_security_group_id = "/subscriptions/x/networkSecurityGroups/app"
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = local.subnet
    }
  }
  os_disk {
    caching                = "ReadWrite"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = "/subscriptions/x/diskEncryptionSets/des"
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_virtual_machine_scale_set" "plain" {
  name                            = "plain"
  location                        = "westeurope"
  resource_group_name             = "rg"
  sku                             = "Standard_D2s_v5"
  instances                       = 1
  admin_username                  = "operator"
  admin_password                  = "Sup3r-Geheim-2026"
  disable_password_authentication = false
  network_interface {
    name    = "nic"
    primary = true
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = local.subnet
      public_ip_address {
        name = "front"
      }
    }
  }
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_windows_virtual_machine_scale_set" "guarded" {
  name                         = "guarded"
  location                     = "westeurope"
  resource_group_name          = "rg"
  sku                          = "Standard_D2s_v5"
  instances                    = 3
  admin_username               = "operator"
  admin_password               = var.password
  zones                        = ["1", "2", "3"]
  encryption_at_host_enabled   = true
  secure_boot_enabled          = true
  vtpm_enabled                 = true
  extension_operations_enabled = false
  automatic_os_upgrade_policy {
    enable_automatic_os_upgrade = true
    disable_automatic_rollback  = false
  }
  automatic_instance_repair {
    enabled = true
  }
  network_interface {
    name                      = "nic"
    primary                   = true
    network_security_group_id = "/subscriptions/x/networkSecurityGroups/app"
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = local.subnet
    }
  }
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

resource "azurerm_windows_virtual_machine_scale_set" "plain" {
  name                     = "plain"
  location                 = "westeurope"
  resource_group_name      = "rg"
  sku                      = "Standard_D2s_v5"
  instances                = 1
  admin_username           = "operator"
  admin_password           = "Sup3r-Geheim-2026"
  enable_automatic_updates = false
  network_interface {
    name    = "nic"
    primary = true
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = local.subnet
      public_ip_address {
        name = "front"
      }
    }
  }
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_orchestrated_virtual_machine_scale_set" "guarded" {
  name                         = "guarded"
  location                     = "westeurope"
  resource_group_name          = "rg"
  platform_fault_domain_count  = 1
  sku_name                     = "Standard_D2s_v5"
  instances                    = 2
  zones                        = ["1", "2"]
  encryption_at_host_enabled   = true
  extension_operations_enabled = false
  automatic_instance_repair {
    enabled = true
  }
  os_profile {
    linux_configuration {
      admin_username = "operator"
      patch_mode     = "AutomaticByPlatform"
    }
  }
  network_interface {
    name                      = "nic"
    primary                   = true
    network_security_group_id = "/subscriptions/x/networkSecurityGroups/app"
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = local.subnet
    }
  }
  os_disk {
    caching                = "ReadWrite"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = "/subscriptions/x/diskEncryptionSets/des"
  }
  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/x/identity"]
  }
}

resource "azurerm_orchestrated_virtual_machine_scale_set" "plain" {
  name                        = "plain"
  location                    = "westeurope"
  resource_group_name         = "rg"
  platform_fault_domain_count = 1
  sku_name                    = "Standard_D2s_v5"
  instances                   = 1
  os_profile {
    linux_configuration {
      admin_username                  = "operator"
      admin_password                  = "Sup3r-Geheim-2026"
      disable_password_authentication = false
    }
  }
  network_interface {
    name    = "nic"
    primary = true
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = local.subnet
      public_ip_address {
        name = "front"
      }
    }
  }
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_orchestrated_virtual_machine_scale_set" "manual" {
  name                        = "manual"
  location                    = "westeurope"
  resource_group_name         = "rg"
  platform_fault_domain_count = 1
  sku_name                    = "Standard_D2s_v5"
  instances                   = 1
  os_profile {
    windows_configuration {
      admin_username = "operator"
      admin_password = var.password
      patch_mode     = "Manual"
    }
  }
}

resource "azurerm_virtual_machine_scale_set" "legacy" {
  name                 = "legacy"
  location             = "westeurope"
  resource_group_name  = "rg"
  upgrade_policy_mode  = "Rolling"
  automatic_os_upgrade = true
  zones                = ["1", "2"]
  sku {
    name     = "Standard_D2"
    capacity = 2
  }
  storage_profile_os_disk {
    create_option     = "FromImage"
    managed_disk_type = "Premium_LRS"
  }
  os_profile {
    computer_name_prefix = "vm"
    admin_username       = "operator"
  }
  os_profile_linux_config {
    disable_password_authentication = true
  }
  network_profile {
    name                      = "nic"
    primary                   = true
    network_security_group_id = "/subscriptions/x/networkSecurityGroups/app"
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = local.subnet
    }
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_virtual_machine_scale_set" "open" {
  name                = "open"
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
    admin_password       = "Sup3r-Geheim-2026"
  }
  os_profile_linux_config {
    disable_password_authentication = false
  }
  network_profile {
    name    = "nic"
    primary = true
    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = local.subnet
      public_ip_address_configuration {
        name              = "front"
        idle_timeout      = 4
        domain_name_label = "front"
      }
    }
  }
}

resource "azurerm_virtual_machine_scale_set_extension" "agent" {
  name                         = "AzureMonitorLinuxAgent"
  virtual_machine_scale_set_id = azurerm_linux_virtual_machine_scale_set.guarded.id
  publisher                    = "Microsoft.Azure.Monitor"
  type                         = "AzureMonitorLinuxAgent"
  type_handler_version         = "1.33"
  automatic_upgrade_enabled    = true
}

resource "azurerm_virtual_machine_scale_set_extension" "pinned" {
  name                         = "health"
  virtual_machine_scale_set_id = azurerm_linux_virtual_machine_scale_set.plain.id
  publisher                    = "Microsoft.ManagedServices"
  type                         = "ApplicationHealthLinux"
  type_handler_version         = "1.0"
}
