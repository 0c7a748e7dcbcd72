resource "azurerm_redis_cache" "good" {
  name                               = "acme-good"
  resource_group_name                = "acme"
  location                           = "westeurope"
  capacity                           = 1
  family                             = "P"
  sku_name                           = "Premium"
  minimum_tls_version                = "1.2"
  subnet_id                          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/redis"
  access_keys_authentication_enabled = false
  zones                              = ["1", "2"]
  patch_schedule {
    day_of_week = "Sunday"
  }
  redis_configuration {
    active_directory_authentication_enabled = true
    rdb_backup_enabled                      = true
    rdb_backup_frequency                    = 60
    rdb_storage_connection_string           = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==;EndpointSuffix=core.windows.net"
  }
}

resource "azurerm_redis_cache_access_policy_assignment" "app" {
  name               = "app"
  redis_cache_id     = azurerm_redis_cache.good.id
  access_policy_name = "Data Contributor"
  object_id          = "11111111-1111-1111-1111-111111111111"
  object_id_alias    = "app"
}

resource "azurerm_redis_cache" "open" {
  name                 = "acme-open"
  resource_group_name  = "acme"
  location             = "westeurope"
  capacity             = 1
  family               = "C"
  sku_name             = "Basic"
  redis_version        = "4"
  non_ssl_port_enabled = true
  redis_configuration {
    authentication_enabled = false
  }
}

resource "azurerm_redis_cache" "office" {
  name                = "acme-office"
  resource_group_name = "acme"
  location            = "westeurope"
  capacity            = 1
  family              = "P"
  sku_name            = "Premium"
  enable_non_ssl_port = false
}

resource "azurerm_redis_firewall_rule" "office" {
  name                = "office"
  resource_group_name = "acme"
  redis_cache_name    = azurerm_redis_cache.office.name
  start_ip            = "192.0.2.1"
  end_ip              = "192.0.2.9"
}

resource "azurerm_redis_linked_server" "office" {
  resource_group_name         = "acme"
  target_redis_cache_name     = azurerm_redis_cache.office.name
  linked_redis_cache_id       = azurerm_redis_cache.good.id
  linked_redis_cache_location = "northeurope"
  server_role                 = "Secondary"
}

resource "azurerm_redis_enterprise_cluster" "good" {
  name                = "acme-enterprise"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "Enterprise_E20-4"
  zones               = ["1", "2", "3"]
}

resource "azurerm_redis_enterprise_database" "good" {
  cluster_id         = azurerm_redis_enterprise_cluster.good.id
  linked_database_id = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.Cache/redisEnterprise/other/databases/default"]
}

resource "azurerm_redis_enterprise_cluster" "open" {
  name                = "acme-enterprise-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "Enterprise_E20-4"
  minimum_tls_version = "1.0"
}

resource "azurerm_redis_enterprise_database" "open" {
  cluster_id      = azurerm_redis_enterprise_cluster.open.id
  client_protocol = "Plaintext"
}

resource "azurerm_managed_redis" "good" {
  name                  = "acme-managed"
  resource_group_name   = "acme"
  location              = "westeurope"
  sku_name              = "Balanced_B3"
  public_network_access = "Disabled"
  customer_managed_key {
    key_vault_key_id          = "https://acme.vault.azure.net/keys/redis"
    user_assigned_identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/redis"
  }
  default_database {
    geo_replication_group_name                  = "acme"
    persistence_redis_database_backup_frequency = "6h"
  }
}

resource "azurerm_managed_redis_geo_replication" "good" {
  managed_redis_id         = azurerm_managed_redis.good.id
  linked_managed_redis_ids = [azurerm_managed_redis.open.id]
}

resource "azurerm_managed_redis" "open" {
  name                      = "acme-managed-open"
  resource_group_name       = "acme"
  location                  = "westeurope"
  sku_name                  = "Balanced_B3"
  high_availability_enabled = false
  default_database {
    access_keys_authentication_enabled = true
    client_protocol                    = "Plaintext"
  }
}
