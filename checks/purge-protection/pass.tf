resource "azurerm_key_vault" "keys" {
  name                     = "acme-keys"
  resource_group_name      = "acme"
  location                 = "westeurope"
  tenant_id                = "00000000-0000-0000-0000-000000000000"
  sku_name                 = "standard"
  purge_protection_enabled = true
}

resource "azurerm_key_vault_managed_hardware_security_module" "hsm" {
  name                     = "acme-hsm"
  resource_group_name      = "acme"
  location                 = "westeurope"
  tenant_id                = "00000000-0000-0000-0000-000000000000"
  sku_name                 = "Standard_B1"
  admin_object_ids         = ["11111111-1111-1111-1111-111111111111"]
  purge_protection_enabled = true
}

resource "azurerm_app_configuration" "settings" {
  name                     = "acme-settings"
  resource_group_name      = "acme"
  location                 = "westeurope"
  sku                      = "standard"
  purge_protection_enabled = true
}
