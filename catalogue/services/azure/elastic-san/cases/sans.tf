resource "azurerm_elastic_san" "good" {
  name                = "good"
  resource_group_name = "acme"
  location            = "westeurope"
  base_size_in_tib    = 1
  sku {
    name = "Premium_ZRS"
  }
}

resource "azurerm_elastic_san_volume_group" "good" {
  name            = "g"
  elastic_san_id  = azurerm_elastic_san.good.id
  encryption_type = "EncryptionAtRestWithCustomerManagedKey"
  encryption {
    key_vault_key_id = "https://acme.vault.azure.net/keys/acme"
  }
}

resource "azurerm_elastic_san" "bare" {
  name                = "bare"
  resource_group_name = "acme"
  location            = "westeurope"
  base_size_in_tib    = 1
  sku {
    name = "Premium_LRS"
  }
}

resource "azurerm_elastic_san_volume_group" "bare" {
  name           = "g"
  elastic_san_id = azurerm_elastic_san.bare.id
}
