resource "azurerm_cosmosdb_cassandra_cluster" "good" {
  name                           = "acme"
  resource_group_name            = "acme"
  location                       = "westeurope"
  delegated_management_subnet_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/cassandra"
  default_admin_password         = var.password
  version                        = "4.1"
}

variable "password" {}

resource "azurerm_cosmosdb_cassandra_datacenter" "good" {
  name                           = "dc1"
  location                       = "westeurope"
  cassandra_cluster_id           = azurerm_cosmosdb_cassandra_cluster.good.id
  delegated_management_subnet_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/cassandra"
  managed_disk_customer_key_uri  = "https://acme.vault.azure.net/keys/cassandra"
}

resource "azurerm_cosmosdb_cassandra_cluster" "open" {
  name                           = "acme-open"
  resource_group_name            = "acme"
  location                       = "westeurope"
  delegated_management_subnet_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/cassandra"
  default_admin_password         = "correct-horse-battery-9"
  authentication_method          = "None"
}

resource "azurerm_cosmosdb_cassandra_datacenter" "open" {
  name                           = "dc1"
  location                       = "westeurope"
  cassandra_cluster_id           = azurerm_cosmosdb_cassandra_cluster.open.id
  delegated_management_subnet_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/cassandra"
  availability_zones_enabled     = false
  node_count                     = 6
}

resource "azurerm_cosmosdb_postgresql_cluster" "good" {
  name                                 = "acme-good"
  resource_group_name                  = "acme"
  location                             = "westeurope"
  node_count                           = 2
  sql_version                          = "16"
  administrator_login_password         = "correct-horse-battery-9"
  coordinator_public_ip_access_enabled = false
  ha_enabled                           = true
  maintenance_window {
    day_of_week = 0
  }
}

resource "azurerm_cosmosdb_postgresql_role" "app" {
  name       = "app"
  cluster_id = azurerm_cosmosdb_postgresql_cluster.good.id
  password   = "correct-horse-battery-9"
}

resource "azurerm_cosmosdb_postgresql_cluster" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  node_count          = 0
  source_resource_id  = azurerm_cosmosdb_postgresql_cluster.good.id
  source_location     = "westeurope"
}

resource "azurerm_cosmosdb_postgresql_firewall_rule" "azure" {
  name             = "azure"
  cluster_id       = azurerm_cosmosdb_postgresql_cluster.open.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "0.0.0.0"
}

resource "azurerm_mongo_cluster" "good" {
  name                   = "acme-good"
  resource_group_name    = "acme"
  location               = "westeurope"
  version                = "8.0"
  compute_tier           = "M30"
  create_mode            = "GeoReplica"
  public_network_access  = "Disabled"
  authentication_methods = ["MicrosoftEntraID"]
  high_availability_mode = "ZoneRedundantPreferred"
  customer_managed_key {
    key_vault_key_id          = "https://acme.vault.azure.net/keys/mongo"
    user_assigned_identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mongo"
  }
}

resource "azurerm_mongo_cluster" "open" {
  name                   = "acme-open"
  resource_group_name    = "acme"
  location               = "westeurope"
  version                = "5.0"
  compute_tier           = "Free"
  administrator_username = "mongo"
  administrator_password = "correct-horse-battery-9"
  high_availability_mode = "Disabled"
}

resource "azurerm_mongo_cluster_firewall_rule" "everybody" {
  name             = "everybody"
  mongo_cluster_id = azurerm_mongo_cluster.open.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}

resource "azurerm_mongo_cluster" "users" {
  name                   = "acme-users"
  resource_group_name    = "acme"
  location               = "westeurope"
  version                = "8.0"
  authentication_methods = ["NativeAuth", "MicrosoftEntraID"]
}

resource "azurerm_mongo_cluster_firewall_rule" "azure" {
  name             = "azure"
  mongo_cluster_id = azurerm_mongo_cluster.users.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "0.0.0.0"
}

resource "azurerm_mongo_cluster_user" "dba" {
  mongo_cluster_id       = azurerm_mongo_cluster.users.id
  object_id              = "11111111-1111-1111-1111-111111111111"
  identity_provider_type = "MicrosoftEntraID"
  principal_type         = "user"
  role {
    database = "admin"
    name     = "root"
  }
}
