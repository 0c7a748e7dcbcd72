resource "azurerm_iothub" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  min_tls_version               = "1.2"
  public_network_access_enabled = false
  local_authentication_enabled  = false
  sku {
    name     = "S1"
    capacity = 1
  }
  network_rule_set {
    default_action = "Deny"
    ip_rule {
      name    = "office"
      ip_mask = "192.0.2.0/24"
    }
  }
}

resource "azurerm_iothub" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku {
    name     = "F1"
    capacity = 1
  }
}

resource "azurerm_iothub_dps" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  public_network_access_enabled = false
  sku {
    name     = "S1"
    capacity = 1
  }
}

resource "azurerm_iothub_dps" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku {
    name     = "S1"
    capacity = 1
  }
  linked_hub {
    connection_string = "HostName=acme.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
    location          = "westeurope"
  }
}

resource "azurerm_iothub_device_update_account" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  public_network_access_enabled = false
}

resource "azurerm_iothub_device_update_account" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_iothub_device_update_instance" "open" {
  name                     = "acme"
  device_update_account_id = azurerm_iothub_device_update_account.open.id
  iothub_id                = azurerm_iothub.open.id
  diagnostic_storage_account {
    id                = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
    connection_string = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==;EndpointSuffix=core.windows.net"
  }
}

resource "azurerm_iothub_endpoint_eventhub" "out" {
  name                = "out-nthub"
  resource_group_name = "acme"
  iothub_id           = azurerm_iothub.open.id
  connection_string   = "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==;EntityPath=out"
}

resource "azurerm_iothub_endpoint_servicebus_queue" "out" {
  name                = "out-queue"
  resource_group_name = "acme"
  iothub_id           = azurerm_iothub.open.id
  connection_string   = "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==;EntityPath=out"
}

resource "azurerm_iothub_endpoint_servicebus_topic" "out" {
  name                = "out-topic"
  resource_group_name = "acme"
  iothub_id           = azurerm_iothub.open.id
  connection_string   = "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==;EntityPath=out"
}

resource "azurerm_iothub_endpoint_storage_container" "out" {
  name                = "out-blobs"
  resource_group_name = "acme"
  iothub_id           = azurerm_iothub.open.id
  container_name      = "out"
  authentication_type = "identityBased"
  endpoint_uri        = "https://acme.blob.core.windows.net/"
}

resource "azurerm_iothub_file_upload" "out" {
  iothub_id         = azurerm_iothub.open.id
  container_name    = "out"
  connection_string = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==;EndpointSuffix=core.windows.net"
}

resource "azurerm_iothub_endpoint_cosmosdb_account" "out" {
  name                = "out-cosmos"
  resource_group_name = "acme"
  iothub_id           = azurerm_iothub.open.id
  container_name      = "out"
  database_name       = "out"
  endpoint_uri        = "https://acme.documents.azure.com:443/"
  authentication_type = "identityBased"
}
