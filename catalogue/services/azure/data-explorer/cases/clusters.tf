resource "azurerm_kusto_cluster" "good" {
  name                               = "acmegood"
  resource_group_name                = "acme"
  location                           = "westeurope"
  public_network_access_enabled      = false
  disk_encryption_enabled            = true
  outbound_network_access_restricted = true
  allowed_ip_ranges                  = ["192.0.2.0/24"]
  zones                              = ["1", "2", "3"]
  sku {
    name     = "Standard_D13_v2"
    capacity = 2
  }
  virtual_network_configuration {
    subnet_id                    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/kusto"
    engine_public_ip_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/publicIPAddresses/engine"
    data_management_public_ip_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/publicIPAddresses/manage"
  }
}

resource "azurerm_kusto_cluster_customer_managed_key" "good" {
  cluster_id   = azurerm_kusto_cluster.good.id
  key_vault_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  key_name     = "kusto"
}

resource "azurerm_kusto_cluster" "open" {
  name                = "acmeopen"
  resource_group_name = "acme"
  location            = "westeurope"
  sku {
    name     = "Standard_D13_v2"
    capacity = 2
  }
}

resource "azurerm_kusto_database" "open" {
  name                = "events"
  resource_group_name = "acme"
  location            = "westeurope"
  cluster_name        = azurerm_kusto_cluster.open.name
}

resource "azurerm_kusto_script" "open" {
  name           = "script"
  database_id    = azurerm_kusto_database.open.id
  script_content = ".create external table t (x:string) kind=storage (h@'DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==;EndpointSuffix=core.windows.net')"
}
