resource "azurerm_kubernetes_cluster" "guarded" {
  name                      = "guarded"
  location                  = "westeurope"
  resource_group_name       = "rg"
  dns_prefix                = "guarded"
  kubernetes_version        = "1.33"
  automatic_upgrade_channel = "stable"
  sku_tier                          = "Premium"
  support_plan                      = "AKSLongTermSupport"
  node_os_upgrade_channel   = "NodeImage"
  private_cluster_enabled   = true
  local_account_disabled    = true
  azure_policy_enabled      = true
  run_command_enabled       = false
  disk_encryption_set_id    = "/subscriptions/x/diskEncryptionSets/des"
  azure_active_directory_role_based_access_control {
    azure_rbac_enabled = true
  }
  network_profile {
    network_plugin = "azure"
    network_policy = "cilium"
  }
  default_node_pool {
    name                    = "system"
    vm_size                 = "Standard_D4s_v5"
    node_count              = 3
    zones                   = ["1", "2", "3"]
    host_encryption_enabled = true
  }
  identity {
    type = "SystemAssigned"
  }
  oms_agent {
    log_analytics_workspace_id = "/subscriptions/x/workspaces/logs"
  }
  microsoft_defender {
    log_analytics_workspace_id = "/subscriptions/x/workspaces/logs"
  }
  key_vault_secrets_provider {
    secret_rotation_enabled = true
  }
  maintenance_window_auto_upgrade {
    frequency = "Weekly"
    interval  = 1
    duration  = 4
  }
}

resource "azurerm_kubernetes_cluster" "plain" {
  name                              = "plain"
  location                          = "westeurope"
  resource_group_name               = "rg"
  dns_prefix                        = "plain"
  role_based_access_control_enabled = false
  default_node_pool {
    name                   = "system"
    vm_size                = "Standard_D4s_v5"
    node_count             = 1
    node_public_ip_enabled = true
  }
  service_principal {
    client_id     = "00000000-0000-0000-0000-000000000001"
    client_secret = "q8~Xk2Lm9PzR4tWv7YbN1cHd6JfGs3Qa5Ue"
  }
  key_vault_secrets_provider {
    secret_rotation_enabled = false
  }
}

resource "azurerm_kubernetes_cluster" "limited" {
  name                      = "limited"
  location                  = "westeurope"
  resource_group_name       = "rg"
  dns_prefix                = "limited"
  automatic_upgrade_channel = "patch"
  node_os_upgrade_channel   = "None"
  api_server_access_profile {
    authorized_ip_ranges = ["192.0.2.0/24"]
  }
  network_profile {
    network_plugin = "none"
  }
  default_node_pool {
    name       = "system"
    vm_size    = "Standard_D4s_v5"
    node_count = 1
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_kubernetes_cluster" "older" {
  name                            = "older"
  location                        = "westeurope"
  resource_group_name             = "rg"
  dns_prefix                      = "older"
  automatic_channel_upgrade       = "node-image"
  node_os_channel_upgrade         = "Unmanaged"
  api_server_authorized_ip_ranges = ["198.51.100.0/24"]
  default_node_pool {
    name                  = "system"
    vm_size               = "Standard_D4s_v5"
    node_count            = 1
    enable_node_public_ip = true
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_kubernetes_automatic_cluster" "auto" {
  name                = "auto"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_kubernetes_cluster_node_pool" "guarded" {
  name                    = "work"
  kubernetes_cluster_id   = azurerm_kubernetes_cluster.guarded.id
  vm_size                 = "Standard_D8s_v5"
  orchestrator_version    = "1.33"
  node_count              = 3
  zones                   = ["1", "2", "3"]
  host_encryption_enabled = true
}

resource "azurerm_kubernetes_cluster_node_pool" "limited" {
  name                   = "work"
  kubernetes_cluster_id  = azurerm_kubernetes_cluster.limited.id
  vm_size                = "Standard_D8s_v5"
  node_count             = 1
  node_public_ip_enabled = true
}

resource "azurerm_kubernetes_cluster_node_pool" "pinned" {
  name                  = "pinned"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.guarded.id
  vm_size               = "Standard_D8s_v5"
  node_count            = 1
  snapshot_id           = "/subscriptions/x/snapshots/pool"
}

resource "azurerm_kubernetes_cluster_node_pool" "elsewhere" {
  name                  = "elsewhere"
  kubernetes_cluster_id = var.cluster
  vm_size               = "Standard_D8s_v5"
  node_count            = 1
}

variable "cluster" { type = string }

resource "azurerm_kubernetes_cluster_extension" "flux" {
  name           = "flux"
  cluster_id     = azurerm_kubernetes_cluster.guarded.id
  extension_type = "microsoft.flux"
}

resource "azurerm_kubernetes_cluster_extension" "pinned" {
  name           = "dapr"
  cluster_id     = azurerm_kubernetes_cluster.guarded.id
  extension_type = "microsoft.dapr"
  version        = "1.14.4"
}

resource "azurerm_kubernetes_flux_configuration" "apps" {
  name       = "apps"
  cluster_id = azurerm_kubernetes_cluster.guarded.id
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

resource "azurerm_kubernetes_flux_configuration" "clear" {
  name       = "clear"
  cluster_id = azurerm_kubernetes_cluster.plain.id
  namespace  = "flux"
  git_repository {
    url             = "http://git.example.com/apps"
    reference_type  = "branch"
    reference_value = "main"
  }
  kustomizations {
    name = "apps"
  }
}
