resource "azurerm_storage_account" "data" {
  name                     = "acmedata"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_key_vault" "keys" {
  name                = "acme-keys"
  resource_group_name = "acme"
  location            = "westeurope"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  sku_name            = "standard"
}

resource "azurerm_mssql_server" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_private_endpoint" "other_data" {
  name                = "pe-data"
  resource_group_name = "acme"
  location            = "westeurope"
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/endpoints"
  private_service_connection {
    name                           = "data"
    private_connection_resource_id = azurerm_storage_account.data.id
    is_manual_connection           = false
    subresource_names              = ["x"]
  }
}

resource "azurerm_private_endpoint" "other_keys" {
  name                = "pe-keys"
  resource_group_name = "acme"
  location            = "westeurope"
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/endpoints"
  private_service_connection {
    name                           = "keys"
    private_connection_resource_id = azurerm_key_vault.keys.id
    is_manual_connection           = false
    subresource_names              = ["x"]
  }
}

resource "azurerm_private_endpoint" "other_orders" {
  name                = "pe-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/endpoints"
  private_service_connection {
    name                           = "orders"
    private_connection_resource_id = azurerm_mssql_server.orders.id
    is_manual_connection           = false
    subresource_names              = ["x"]
  }
}
