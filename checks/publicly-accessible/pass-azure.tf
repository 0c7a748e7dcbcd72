resource "azurerm_storage_account" "data" {
  name                          = "acmedata"
  resource_group_name           = "acme"
  location                      = "westeurope"
  account_tier                  = "Standard"
  account_replication_type      = "LRS"
  public_network_access_enabled = false
}

resource "azurerm_mssql_server" "bills" {
  name                          = "acme-bills"
  resource_group_name           = "acme"
  location                      = "westeurope"
  version                       = "12.0"
  public_network_access_enabled = false
}

resource "azurerm_postgresql_flexible_server" "orders" {
  name                          = "acme-orders"
  resource_group_name           = "acme"
  location                      = "westeurope"
  version                       = "17"
  public_network_access_enabled = false
}

resource "azurerm_cosmosdb_account" "shop" {
  name                          = "acme-shop"
  resource_group_name           = "acme"
  location                      = "westeurope"
  offer_type                    = "Standard"
  public_network_access_enabled = false
  consistency_policy {
    consistency_level = "Session"
  }
  geo_location {
    location          = "westeurope"
    failover_priority = 0
  }
}
