resource "azurerm_machine_learning_workspace" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  application_insights_id       = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Insights/components/acme"
  key_vault_id                  = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  storage_account_id            = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  public_network_access_enabled = false
  identity {
    type = "SystemAssigned"
  }
  encryption {
    key_vault_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
    key_id       = "https://acme.vault.azure.net/keys/acme"
  }
  managed_network {
    isolation_mode = "AllowOnlyApprovedOutbound"
  }
}

resource "azurerm_machine_learning_workspace" "open" {
  name                    = "acme-open"
  resource_group_name     = "acme"
  location                = "westeurope"
  application_insights_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Insights/components/acme"
  key_vault_id            = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  storage_account_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_machine_learning_datastore_blobstorage" "open" {
  name                 = "blobs"
  workspace_id         = azurerm_machine_learning_workspace.open.id
  storage_container_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme/blobServices/default/containers/data"
  account_key          = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
}

resource "azurerm_machine_learning_datastore_fileshare" "open" {
  name                 = "files"
  workspace_id         = azurerm_machine_learning_workspace.open.id
  storage_fileshare_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme/fileServices/default/shares/data"
  account_key          = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
}

resource "azurerm_machine_learning_datastore_datalake_gen2" "open" {
  name                 = "lake"
  workspace_id         = azurerm_machine_learning_workspace.open.id
  storage_container_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme/blobServices/default/containers/lake"
  tenant_id            = "00000000-0000-0000-0000-000000000000"
  client_id            = "11111111-1111-1111-1111-111111111111"
  client_secret        = "Gx8Q~4fP2kLm9vRt1zWy7cBnHs3dJeUa0oXi"
}

resource "azurerm_machine_learning_inference_cluster" "open" {
  name                          = "serve"
  location                      = "westeurope"
  machine_learning_workspace_id = azurerm_machine_learning_workspace.open.id
  kubernetes_cluster_id         = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ContainerService/managedClusters/acme"
}

resource "azurerm_machine_learning_synapse_spark" "open" {
  name                          = "spark"
  location                      = "westeurope"
  machine_learning_workspace_id = azurerm_machine_learning_workspace.open.id
  synapse_spark_pool_id         = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Synapse/workspaces/acme/bigDataPools/spark"
}

resource "azurerm_machine_learning_compute_instance" "good" {
  name                          = "ana"
  machine_learning_workspace_id = azurerm_machine_learning_workspace.good.id
  virtual_machine_size          = "STANDARD_DS2_V2"
  node_public_ip_enabled        = false
  local_auth_enabled            = false
  subnet_resource_id            = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/ml"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_machine_learning_compute_instance" "open" {
  name                          = "bob"
  machine_learning_workspace_id = azurerm_machine_learning_workspace.open.id
  virtual_machine_size          = "STANDARD_DS2_V2"
}

resource "azurerm_machine_learning_compute_cluster" "good" {
  name                          = "train"
  location                      = "westeurope"
  machine_learning_workspace_id = azurerm_machine_learning_workspace.good.id
  vm_priority                   = "Dedicated"
  vm_size                       = "STANDARD_DS2_V2"
  node_public_ip_enabled        = false
  local_auth_enabled            = false
  subnet_resource_id            = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/ml"
  scale_settings {
    min_node_count                       = 0
    max_node_count                       = 2
    scale_down_nodes_after_idle_duration = "PT30S"
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_machine_learning_compute_cluster" "open" {
  name                          = "train-open"
  location                      = "westeurope"
  machine_learning_workspace_id = azurerm_machine_learning_workspace.open.id
  vm_priority                   = "Dedicated"
  vm_size                       = "STANDARD_DS2_V2"
  scale_settings {
    min_node_count                       = 0
    max_node_count                       = 2
    scale_down_nodes_after_idle_duration = "PT30S"
  }
  ssh {
    admin_username = "acme"
    admin_password = "correct-horse-battery-9"
  }
}

resource "azurerm_ai_foundry" "good" {
  name                  = "acme-hub"
  resource_group_name   = "acme"
  location              = "westeurope"
  key_vault_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  storage_account_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  public_network_access = "Disabled"
  identity {
    type = "SystemAssigned"
  }
  encryption {
    key_vault_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
    key_id       = "https://acme.vault.azure.net/keys/acme"
  }
  managed_network {
    isolation_mode = "AllowOnlyApprovedOutbound"
  }
}

resource "azurerm_ai_foundry_project" "good" {
  name               = "chat"
  location           = "westeurope"
  ai_services_hub_id = azurerm_ai_foundry.good.id
}

resource "azurerm_ai_foundry" "open" {
  name                = "acme-hub-open"
  resource_group_name = "acme"
  location            = "westeurope"
  key_vault_id        = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  storage_account_id  = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  identity {
    type = "SystemAssigned"
  }
}
