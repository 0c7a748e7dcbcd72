resource "azurerm_maintenance_configuration" "guests" {
  name                     = "guests"
  resource_group_name      = "acme"
  location                 = "westeurope"
  scope                    = "InGuestPatch"
  in_guest_user_patch_mode = "User"
  window {
    start_date_time = "2026-01-01 00:00"
    duration        = "03:00"
    time_zone       = "UTC"
    recur_every     = "1Week"
  }
  install_patches {
    reboot = "IfRequired"
    linux {
      classifications_to_include = ["Critical", "Security"]
    }
  }
}

resource "azurerm_maintenance_configuration" "any" {
  name                     = "any"
  resource_group_name      = "acme"
  location                 = "westeurope"
  scope                    = "InGuestPatch"
  in_guest_user_patch_mode = "User"
  window {
    start_date_time = "2026-01-01 00:00"
    duration        = "03:00"
    time_zone       = "UTC"
    recur_every     = "1Week"
  }
  install_patches {
    reboot = "IfRequired"
    linux {
      classifications_to_include = ["Critical", "Security"]
    }
  }
}

resource "azurerm_maintenance_configuration" "narrow" {
  name                     = "narrow"
  resource_group_name      = "acme"
  location                 = "westeurope"
  scope                    = "InGuestPatch"
  in_guest_user_patch_mode = "User"
  window {
    start_date_time = "2026-01-01 00:00"
    duration        = "03:00"
    time_zone       = "UTC"
    recur_every     = "1Week"
  }
  install_patches {
    reboot = "IfRequired"
    linux {
      classifications_to_include = ["Critical", "Security"]
    }
  }
}

resource "azurerm_maintenance_configuration" "hosts" {
  name                = "hosts"
  resource_group_name = "acme"
  location            = "westeurope"
  scope               = "Host"
}

resource "azurerm_maintenance_assignment_virtual_machine" "web" {
  location                     = "westeurope"
  maintenance_configuration_id = azurerm_maintenance_configuration.guests.id
  virtual_machine_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/virtualMachines/web"
}

resource "azurerm_maintenance_assignment_virtual_machine_scale_set" "web" {
  location                     = "westeurope"
  maintenance_configuration_id = azurerm_maintenance_configuration.guests.id
  virtual_machine_scale_set_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/virtualMachineScaleSets/web"
}

resource "azurerm_maintenance_assignment_dedicated_host" "h" {
  location                     = "westeurope"
  maintenance_configuration_id = azurerm_maintenance_configuration.hosts.id
  dedicated_host_id            = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/hostGroups/g/hosts/h"
}

resource "azurerm_maintenance_assignment_dynamic_scope" "all" {
  name                         = "all"
  maintenance_configuration_id = azurerm_maintenance_configuration.guests.id
  filter {
    tag_filter = "All"
    tags {
      tag    = "patch"
      values = ["weekly"]
    }
  }
}

resource "azurerm_maintenance_assignment_dynamic_scope" "any" {
  name                         = "any"
  maintenance_configuration_id = azurerm_maintenance_configuration.any.id
  filter {
    tags {
      tag    = "env"
      values = ["prod", "test"]
    }
  }
}

resource "azurerm_maintenance_assignment_dynamic_scope" "narrow" {
  name                         = "narrow"
  maintenance_configuration_id = azurerm_maintenance_configuration.narrow.id
  filter {
    locations = ["westeurope"]
  }
}
