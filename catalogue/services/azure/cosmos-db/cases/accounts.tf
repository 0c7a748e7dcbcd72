resource "azurerm_cosmosdb_account" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  offer_type                    = "Standard"
  kind                          = "GlobalDocumentDB"
  key_vault_key_id              = "https://acme.vault.azure.net/keys/cosmos"
  public_network_access_enabled = false
  local_authentication_disabled = true
  automatic_failover_enabled    = true
  consistency_policy {
    consistency_level = "Session"
  }
  geo_location {
    location          = "westeurope"
    failover_priority = 0
    zone_redundant    = true
  }
  geo_location {
    location          = "northeurope"
    failover_priority = 1
    zone_redundant    = true
  }
  backup {
    type = "Continuous"
    tier = "Continuous30Days"
  }
}

resource "azurerm_cosmosdb_sql_database" "orders" {
  name                = "orders"
  resource_group_name = "acme"
  account_name        = azurerm_cosmosdb_account.good.name
}

resource "azurerm_cosmosdb_account" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  offer_type          = "Standard"
  minimal_tls_version = "Tls11"
  consistency_policy {
    consistency_level = "Session"
  }
  geo_location {
    location          = "westeurope"
    failover_priority = 0
  }
  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
    exposed_headers = ["*"]
  }
}

resource "azurerm_cosmosdb_account" "listed" {
  name                         = "acme-listed"
  resource_group_name          = "acme"
  location                     = "westeurope"
  offer_type                   = "Standard"
  kind                         = "MongoDB"
  mongo_server_version         = "7.0"
  local_authentication_enabled = true
  ip_range_filter              = ["192.0.2.0/24", "0.0.0.0"]
  consistency_policy {
    consistency_level = "Session"
  }
  geo_location {
    location          = "westeurope"
    failover_priority = 0
  }
  backup {
    type               = "Periodic"
    retention_in_hours = 168
  }
}

resource "azurerm_cosmosdb_sql_role_assignment" "app" {
  resource_group_name = "acme"
  account_name        = azurerm_cosmosdb_account.listed.name
  role_definition_id  = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.DocumentDB/databaseAccounts/acme-listed/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002"
  principal_id        = "11111111-1111-1111-1111-111111111111"
  scope               = azurerm_cosmosdb_account.listed.id
}

resource "azurerm_cosmosdb_mongo_database" "shop" {
  name                = "shop"
  resource_group_name = "acme"
  account_name        = azurerm_cosmosdb_account.listed.name
}

resource "azurerm_cosmosdb_mongo_user_definition" "app" {
  cosmos_mongo_database_id = azurerm_cosmosdb_mongo_database.shop.id
  username                 = "app"
  password                 = "correct-horse-battery-9"
}

resource "azurerm_cosmosdb_gremlin_database" "graph" {
  name                = "graph"
  resource_group_name = "acme"
  account_name        = azurerm_cosmosdb_account.open.name
}

resource "azurerm_cosmosdb_cassandra_keyspace" "events" {
  name                = "events"
  resource_group_name = "acme"
  account_name        = azurerm_cosmosdb_account.open.name
}

resource "azurerm_cosmosdb_table" "rows" {
  name                = "rows"
  resource_group_name = "acme"
  account_name        = azurerm_cosmosdb_account.open.name
}
