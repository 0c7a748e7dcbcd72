variable "setting" {}

resource "azurerm_key_vault" "keys" {
  name                       = "acme-keys"
  resource_group_name        = "acme"
  location                   = "westeurope"
  tenant_id                  = "00000000-0000-0000-0000-000000000000"
  sku_name                   = "standard"
  rbac_authorization_enabled = var.setting
}
