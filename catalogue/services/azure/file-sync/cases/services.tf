resource "azurerm_storage_sync" "good" {
  name                    = "good"
  resource_group_name     = "acme"
  location                = "westeurope"
  incoming_traffic_policy = "AllowVirtualNetworksOnly"
}

resource "azurerm_storage_sync" "open" {
  name                = "open"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_storage_sync_group" "g" {
  name            = "g"
  storage_sync_id = azurerm_storage_sync.open.id
}

resource "azurerm_storage_sync_server_endpoint" "s" {
  name                  = "s"
  storage_sync_group_id = azurerm_storage_sync_group.g.id
  registered_server_id  = azurerm_storage_sync.open.registered_servers[0]
  server_local_path     = "D:\\data"
}
