resource "azurerm_storage_account" "data" {
  name                            = "acmedata"
  resource_group_name             = "acme"
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  allow_nested_items_to_be_public = false
}

resource "azurerm_storage_container" "c" {
  name                  = "downloads"
  storage_account_id    = azurerm_storage_account.data.id
  container_access_type = "blob"
}

resource "azurerm_storage_account" "private" {
  name                     = "acmeprivate"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
