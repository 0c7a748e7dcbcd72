resource "azurerm_storage_account" "good" {
  name                             = "acmegood"
  resource_group_name              = "acme"
  location                         = "westeurope"
  account_tier                     = "Standard"
  account_replication_type         = "GZRS"
  min_tls_version                  = "TLS1_2"
  https_traffic_only_enabled       = true
  allow_nested_items_to_be_public  = false
  public_network_access_enabled    = false
  shared_access_key_enabled        = false
  cross_tenant_replication_enabled = false

  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/storage"]
  }

  customer_managed_key {
    key_vault_key_id          = "https://acme.vault.azure.net/keys/storage"
    user_assigned_identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/storage"
  }

  blob_properties {
    versioning_enabled  = true
    change_feed_enabled = true
    delete_retention_policy {
      days = 14
    }
    container_delete_retention_policy {
      days = 14
    }
    restore_policy {
      days = 13
    }
    cors_rule {
      allowed_headers    = ["x-acme"]
      allowed_methods    = ["GET"]
      allowed_origins    = ["https://www.acme.example"]
      exposed_headers    = ["x-acme"]
      max_age_in_seconds = 60
    }
  }

  network_rules {
    default_action = "Deny"
    ip_rules       = ["192.0.2.0/24"]
  }

  immutability_policy {
    allow_protected_append_writes = true
    state                         = "Unlocked"
    period_since_creation_in_days = 30
  }
}

resource "azurerm_storage_management_policy" "good" {
  storage_account_id = azurerm_storage_account.good.id
  rule {
    name    = "old"
    enabled = true
    filters {
      blob_types = ["blockBlob"]
    }
    actions {
      base_blob {
        delete_after_days_since_modification_greater_than = 365
      }
    }
  }
}

# Everything by default.
resource "azurerm_storage_account" "bare" {
  name                     = "acmebare"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_storage_account" "open" {
  name                             = "acmeopen"
  resource_group_name              = "acme"
  location                         = "westeurope"
  account_tier                     = "Standard"
  account_replication_type         = "ZRS"
  min_tls_version                  = "TLS1_0"
  https_traffic_only_enabled       = false
  cross_tenant_replication_enabled = true
  blob_properties {
    delete_retention_policy {}
    cors_rule {
      allowed_headers    = ["*"]
      allowed_methods    = ["GET"]
      allowed_origins    = ["*"]
      exposed_headers    = ["*"]
      max_age_in_seconds = 60
    }
  }
}

resource "azurerm_storage_container" "open" {
  name                  = "downloads"
  storage_account_id    = azurerm_storage_account.open.id
  container_access_type = "blob"
}

resource "azurerm_storage_management_policy" "open" {
  storage_account_id = azurerm_storage_account.open.id
}

# What separate resources add.
resource "azurerm_storage_account" "parts" {
  name                            = "acmeparts"
  resource_group_name             = "acme"
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  shared_access_key_enabled       = false
  allow_nested_items_to_be_public = false
}

resource "azurerm_storage_account_customer_managed_key" "parts" {
  storage_account_id = azurerm_storage_account.parts.id
  key_vault_id       = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  key_name           = "storage"
}

resource "azurerm_storage_account_network_rules" "parts" {
  storage_account_id = azurerm_storage_account.parts.id
  default_action     = "Deny"
  ip_rules           = ["198.51.100.7"]
}

resource "azurerm_storage_container" "public" {
  name                  = "downloads"
  storage_account_name  = azurerm_storage_account.parts.name
  container_access_type = "container"
}

resource "azurerm_storage_container" "kept" {
  name               = "kept"
  storage_account_id = azurerm_storage_account.parts.id
}

resource "azurerm_storage_container_immutability_policy" "kept" {
  storage_container_resource_manager_id = azurerm_storage_container.kept.resource_manager_id
  immutability_period_in_days           = 90
  locked                                = true
}

resource "azurerm_storage_blob" "settings" {
  name                   = "settings.env"
  storage_account_name   = azurerm_storage_account.parts.name
  storage_container_name = azurerm_storage_container.kept.name
  type                   = "Block"
  source_content         = "DB_PASSWORD=correct-horse-battery-9"
}

resource "azurerm_storage_data_lake_gen2_filesystem" "lake" {
  name               = "lake"
  storage_account_id = azurerm_storage_account.parts.id
}

resource "azurerm_storage_share" "files" {
  name               = "files"
  storage_account_id = azurerm_storage_account.parts.id
  quota              = 50
}

resource "azurerm_storage_queue" "jobs" {
  name                 = "jobs"
  storage_account_name = azurerm_storage_account.parts.name
}

resource "azurerm_storage_table" "rows" {
  name                 = "rows"
  storage_account_name = azurerm_storage_account.parts.name
}

resource "azurerm_storage_account_local_user" "sftp" {
  name               = "partner"
  storage_account_id = azurerm_storage_account.parts.id
  ssh_key_enabled    = true
}

resource "azurerm_storage_encryption_scope" "tenant" {
  name               = "tenant"
  storage_account_id = azurerm_storage_account.parts.id
  source             = "Microsoft.KeyVault"
  key_vault_key_id   = "https://acme.vault.azure.net/keys/tenant"
}

resource "azurerm_storage_object_replication" "copy" {
  source_storage_account_id      = azurerm_storage_account.parts.id
  destination_storage_account_id = azurerm_storage_account.bare.id
  rules {
    source_container_name      = "kept"
    destination_container_name = "kept"
  }
}

resource "azurerm_storage_account" "files" {
  name                     = "acmefiles"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_kind             = "FileStorage"
  account_tier             = "Premium"
  account_replication_type = "LRS"
  share_properties {
    retention_policy {
      days = 14
    }
  }
}

resource "azurerm_storage_account" "shares" {
  name                     = "acmeshares"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_kind             = "FileStorage"
  account_tier             = "Premium"
  account_replication_type = "LRS"
}

resource "azurerm_storage_account" "lake" {
  name                     = "acmelake"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  is_hns_enabled           = true
}
