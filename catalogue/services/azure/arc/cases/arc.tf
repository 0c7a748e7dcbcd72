resource "azurerm_arc_kubernetes_cluster" "edge" {
  name                         = "edge"
  location                     = "westeurope"
  resource_group_name          = "rg"
  agent_public_key_certificate = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_arc_kubernetes_provisioned_cluster" "auto" {
  name                = "auto"
  location            = "westeurope"
  resource_group_name = "rg"
  azure_active_directory {
    azure_rbac_enabled = true
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_arc_kubernetes_provisioned_cluster" "manual" {
  name                           = "manual"
  location                       = "westeurope"
  resource_group_name            = "rg"
  arc_agent_auto_upgrade_enabled = false
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_arc_machine" "server" {
  name                = "server"
  location            = "westeurope"
  resource_group_name = "rg"
  kind                = "AVS"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_arc_machine" "bare" {
  name                = "bare"
  location            = "westeurope"
  resource_group_name = "rg"
  kind                = "HCI"
}

resource "azurerm_arc_machine_extension" "agent" {
  name           = "agent"
  location       = "westeurope"
  arc_machine_id = azurerm_arc_machine.server.id
  publisher      = "Microsoft.Azure.Monitor"
  type           = "AzureMonitorLinuxAgent"
}

resource "azurerm_arc_machine_extension" "pinned" {
  name                      = "pinned"
  location                  = "westeurope"
  arc_machine_id            = azurerm_arc_machine.server.id
  publisher                 = "Microsoft.Azure.Extensions"
  type                      = "CustomScript"
  automatic_upgrade_enabled = false
  protected_settings        = jsonencode({ password = "Geheim-9Kx2pQ7z" })
}

resource "azurerm_arc_kubernetes_cluster_extension" "flux" {
  name           = "flux"
  cluster_id     = azurerm_arc_kubernetes_cluster.edge.id
  extension_type = "microsoft.flux"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_arc_kubernetes_cluster_extension" "pinned" {
  name           = "pinned"
  cluster_id     = azurerm_arc_kubernetes_cluster.edge.id
  extension_type = "microsoft.flux"
  version        = "1.16.0"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_arc_kubernetes_flux_configuration" "apps" {
  name       = "apps"
  cluster_id = azurerm_arc_kubernetes_cluster.edge.id
  namespace  = "flux"
  git_repository {
    url             = "https://github.com/example/apps"
    reference_type  = "branch"
    reference_value = "main"
  }
  kustomizations {
    name = "apps"
  }
}

resource "azurerm_arc_private_link_scope" "closed" {
  name                = "closed"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_arc_private_link_scope" "open" {
  name                          = "open"
  location                      = "westeurope"
  resource_group_name           = "rg"
  public_network_access_enabled = true
}

resource "azurerm_system_center_virtual_machine_manager_server" "vmm" {
  name                = "vmm"
  location            = "westeurope"
  resource_group_name = "rg"
  custom_location_id  = "/subscriptions/x/customLocations/site"
  fqdn                = "vmm.corp.example.com"
  username            = "vmm"
  password            = "Geheim-9Kx2pQ7z"
}

resource "azurerm_system_center_virtual_machine_manager_virtual_machine_instance" "vm" {
  scoped_resource_id = azurerm_arc_machine.server.id
  custom_location_id = "/subscriptions/x/customLocations/site"
  infrastructure {
    checkpoint_type = "Standard"
  }
  operating_system {
    admin_password = "Geheim-9Kx2pQ7z"
  }
}
