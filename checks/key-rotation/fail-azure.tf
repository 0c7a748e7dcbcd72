resource "azurerm_key_vault_key" "disk" {
  name         = "disk"
  key_vault_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  key_type     = "RSA"
  key_size     = 3072
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_key_vault_managed_hardware_security_module_key" "payments" {
  name           = "payments"
  managed_hsm_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/managedHSMs/acme"
  key_type       = "oct-HSM"
  key_size       = 256
  key_opts       = ["encrypt", "decrypt"]
}
