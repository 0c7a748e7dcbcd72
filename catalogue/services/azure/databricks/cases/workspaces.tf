resource "azurerm_databricks_workspace" "good" {
  name                                  = "acme-good"
  resource_group_name                   = "acme"
  location                              = "westeurope"
  sku                                   = "premium"
  public_network_access_enabled         = false
  managed_services_cmk_key_vault_key_id = "https://acme.vault.azure.net/keys/acme"
  managed_disk_cmk_key_vault_key_id     = "https://acme.vault.azure.net/keys/acme"
  access_connector_id                   = azurerm_databricks_access_connector.good.id
  custom_parameters {
    no_public_ip        = true
    virtual_network_id  = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    public_subnet_name  = "public"
    private_subnet_name = "private"
  }
  enhanced_security_compliance {
    automatic_cluster_update_enabled     = true
    enhanced_security_monitoring_enabled = true
  }
}

resource "azurerm_databricks_workspace_root_dbfs_customer_managed_key" "good" {
  workspace_id     = azurerm_databricks_workspace.good.id
  key_vault_key_id = "https://acme.vault.azure.net/keys/acme"
}

resource "azurerm_databricks_access_connector" "good" {
  name                = "acme"
  resource_group_name = "acme"
  location            = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_databricks_workspace" "open" {
  name                              = "acme-open"
  resource_group_name               = "acme"
  location                          = "westeurope"
  sku                               = "standard"
  managed_disk_cmk_key_vault_key_id = "https://acme.vault.azure.net/keys/acme"
  custom_parameters {
    no_public_ip = false
  }
}

resource "azurerm_databricks_workspace_customer_managed_key" "open" {
  workspace_id     = azurerm_databricks_workspace.open.id
  key_vault_key_id = "https://acme.vault.azure.net/keys/acme"
}
