resource "azurerm_key_vault" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  tenant_id                     = "00000000-0000-0000-0000-000000000000"
  sku_name                      = "premium"
  rbac_authorization_enabled    = true
  purge_protection_enabled      = true
  soft_delete_retention_days    = 90
  public_network_access_enabled = false

  network_acls {
    bypass         = "AzureServices"
    default_action = "Deny"
    ip_rules       = ["192.0.2.0/24"]
  }
}

resource "azurerm_key_vault" "bare" {
  name                = "acme-bare"
  resource_group_name = "acme"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
}

resource "azurerm_key_vault" "old" {
  name                       = "acme-old"
  resource_group_name        = "acme"
  location                   = "westeurope"
  tenant_id                  = "00000000-0000-0000-0000-000000000000"
  sku_name                   = "standard"
  enable_rbac_authorization  = true
  soft_delete_retention_days = 7
}

resource "azurerm_key_vault_access_policy" "app" {
  key_vault_id       = azurerm_key_vault.bare.id
  tenant_id          = "00000000-0000-0000-0000-000000000000"
  object_id          = "11111111-1111-1111-1111-111111111111"
  secret_permissions = ["Get"]
}

resource "azurerm_key_vault_key" "rotated" {
  name         = "disk"
  key_vault_id = azurerm_key_vault.good.id
  key_type     = "RSA-HSM"
  key_size     = 3072
  key_opts     = ["wrapKey", "unwrapKey"]
  rotation_policy {
    expire_after         = "P90D"
    notify_before_expiry = "P29D"
    automatic {
      time_before_expiry = "P30D"
    }
  }
}

resource "azurerm_key_vault_key" "forever" {
  name         = "old"
  key_vault_id = azurerm_key_vault.good.id
  key_type     = "EC"
  key_opts     = ["sign", "verify"]
}

resource "azurerm_key_vault_secret" "kept_out" {
  name             = "token"
  key_vault_id     = azurerm_key_vault.good.id
  value_wo         = var.token
  value_wo_version = 1
  expiration_date  = "2027-01-01T00:00:00Z"
}

variable "token" {
  ephemeral = true
  sensitive = true
}

resource "azurerm_key_vault_secret" "written" {
  name         = "db-password"
  key_vault_id = azurerm_key_vault.good.id
  value        = "correct-horse-battery-9"
}

resource "azurerm_key_vault_certificate" "renewed" {
  name         = "www"
  key_vault_id = azurerm_key_vault.good.id
  certificate_policy {
    issuer_parameters {
      name = "DigiCert"
    }
    key_properties {
      exportable = false
      key_type   = "EC"
      curve      = "P-256"
      reuse_key  = false
    }
    lifetime_action {
      action {
        action_type = "AutoRenew"
      }
      trigger {
        days_before_expiry = 30
      }
    }
    secret_properties {
      content_type = "application/x-pkcs12"
    }
  }
}

resource "azurerm_key_vault_certificate" "imported" {
  name         = "old"
  key_vault_id = azurerm_key_vault.good.id
  certificate {
    contents = "MIIKYgIBAzCCCh4GCSqGSIb3DQEHAaCCCg8EggoLMIIKBzCCBg"
    password = "Ubuntu-rhino-2041-x"
  }
  certificate_policy {
    issuer_parameters {
      name = "Unknown"
    }
    key_properties {
      exportable = true
      key_type   = "RSA"
      key_size   = 1024
      reuse_key  = false
    }
    secret_properties {
      content_type = "application/x-pkcs12"
    }
  }
}

resource "azurerm_key_vault_managed_hardware_security_module" "good" {
  name                          = "acme-hsm"
  resource_group_name           = "acme"
  location                      = "westeurope"
  tenant_id                     = "00000000-0000-0000-0000-000000000000"
  sku_name                      = "Standard_B1"
  admin_object_ids              = ["11111111-1111-1111-1111-111111111111"]
  purge_protection_enabled      = true
  soft_delete_retention_days    = 90
  public_network_access_enabled = false
  network_acls {
    bypass         = "None"
    default_action = "Deny"
  }
}

resource "azurerm_key_vault_managed_hardware_security_module" "bare" {
  name                = "acme-hsm-bare"
  resource_group_name = "acme"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "Standard_B1"
  admin_object_ids    = ["11111111-1111-1111-1111-111111111111"]
}

resource "azurerm_key_vault_managed_hardware_security_module_key" "rotated" {
  name           = "rotated"
  managed_hsm_id = azurerm_key_vault_managed_hardware_security_module.good.id
  key_type       = "oct-HSM"
  key_size       = 256
  key_opts       = ["encrypt", "decrypt"]
}

resource "azurerm_key_vault_managed_hardware_security_module_key_rotation_policy" "rotated" {
  managed_hsm_key_id = azurerm_key_vault_managed_hardware_security_module_key.rotated.id
  expire_after       = "P60D"
  time_before_expiry = "P30D"
}

resource "azurerm_key_vault_managed_hardware_security_module_key" "still" {
  name           = "still"
  managed_hsm_id = azurerm_key_vault_managed_hardware_security_module.good.id
  key_type       = "EC-HSM"
  curve          = "P-521"
  key_opts       = ["sign"]
}

resource "azurerm_key_vault_managed_hardware_security_module_key" "unturned" {
  name            = "unturned"
  managed_hsm_id  = azurerm_key_vault_managed_hardware_security_module.good.id
  key_type        = "EC-HSM"
  curve           = "P-521"
  key_opts        = ["sign"]
  expiration_date = "2027-01-01T00:00:00Z"
}

resource "azurerm_key_vault_managed_hardware_security_module_key_rotation_policy" "unturned" {
  managed_hsm_key_id = azurerm_key_vault_managed_hardware_security_module_key.unturned.id
  expire_after       = "P60D"
}
