resource "azurerm_eventgrid_topic" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  public_network_access_enabled = false
  local_auth_enabled            = false
  inbound_ip_rule {
    ip_mask = "192.0.2.0/24"
  }
}

resource "azurerm_eventgrid_topic" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_eventgrid_domain" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  public_network_access_enabled = false
  local_auth_enabled            = false
  inbound_ip_rule {
    ip_mask = "192.0.2.0/24"
  }
}

resource "azurerm_eventgrid_domain" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_eventgrid_namespace" "good" {
  name                  = "acme-good"
  resource_group_name   = "acme"
  location              = "westeurope"
  public_network_access = "Disabled"
  inbound_ip_rule {
    ip_mask = "192.0.2.0/24"
  }
}

resource "azurerm_eventgrid_namespace" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_eventgrid_partner_namespace" "good" {
  name                         = "acme-good"
  resource_group_name          = "acme"
  location                     = "westeurope"
  partner_registration_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.EventGrid/partnerRegistrations/acme"
  public_network_access        = "Disabled"
  local_authentication_enabled = false
  inbound_ip_rule {
    ip_mask = "192.0.2.0/24"
  }
}

resource "azurerm_eventgrid_partner_namespace" "open" {
  name                    = "acme-open"
  resource_group_name     = "acme"
  location                = "westeurope"
  partner_registration_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.EventGrid/partnerRegistrations/acme"
}

resource "azurerm_eventgrid_system_topic" "blobs" {
  name                   = "blobs"
  resource_group_name    = "acme"
  location               = "westeurope"
  source_arm_resource_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
  topic_type             = "Microsoft.Storage.StorageAccounts"
}

resource "azurerm_eventgrid_system_topic_event_subscription" "kept" {
  name                          = "kept"
  resource_group_name           = "acme"
  system_topic                  = azurerm_eventgrid_system_topic.blobs.name
  service_bus_queue_endpoint_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ServiceBus/namespaces/acme/queues/blobs"
  storage_blob_dead_letter_destination {
    storage_account_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
    storage_blob_container_name = "dead"
  }
}

resource "azurerm_eventgrid_system_topic_event_subscription" "lost" {
  name                          = "lost"
  resource_group_name           = "acme"
  system_topic                  = azurerm_eventgrid_system_topic.blobs.name
  service_bus_queue_endpoint_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ServiceBus/namespaces/acme/queues/blobs"
}

resource "azurerm_eventgrid_event_subscription" "kept" {
  name                 = "kept"
  scope                = azurerm_eventgrid_topic.good.id
  eventhub_endpoint_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.EventHub/namespaces/acme/eventhubs/all"
  storage_blob_dead_letter_destination {
    storage_account_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Storage/storageAccounts/acme"
    storage_blob_container_name = "dead"
  }
}

resource "azurerm_eventgrid_event_subscription" "lost" {
  name                 = "lost"
  scope                = azurerm_eventgrid_topic.open.id
  eventhub_endpoint_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.EventHub/namespaces/acme/eventhubs/all"
}
