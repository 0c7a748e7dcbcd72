variable "setting" {}

variable "value" {
  sensitive = true
}

resource "azurerm_key_vault_key" "disk" {
  name            = "disk"
  key_vault_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  key_type        = "RSA"
  key_size        = 3072
  key_opts        = ["wrapKey", "unwrapKey"]
  expiration_date = var.setting
}

resource "azurerm_key_vault_secret" "token" {
  name            = "token"
  key_vault_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  value           = var.value
  expiration_date = var.setting
}

resource "azurerm_key_vault_managed_hardware_security_module_key" "payments" {
  name            = "payments"
  managed_hsm_id  = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/managedHSMs/acme"
  key_type        = "oct-HSM"
  key_size        = 256
  key_opts        = ["encrypt", "decrypt"]
  expiration_date = var.setting
}
