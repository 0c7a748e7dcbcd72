resource "azurerm_key_vault_key" "disk" {
  name         = "disk"
  key_vault_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  key_type     = "RSA"
  key_size     = 3072
  key_opts     = ["wrapKey", "unwrapKey"]
  rotation_policy {
    automatic {
      time_before_expiry = "P30D"
    }
  }
}
