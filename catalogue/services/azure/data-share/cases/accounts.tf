resource "azurerm_data_share_account" "acme" {
  name                = "acme"
  resource_group_name = "acme"
  location            = "westeurope"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_data_share" "sales" {
  name       = "sales"
  account_id = azurerm_data_share_account.acme.id
  kind       = "CopyBased"
}
