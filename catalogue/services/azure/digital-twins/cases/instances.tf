resource "azurerm_digital_twins_instance" "acme" {
  name                = "acme"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_digital_twins_endpoint_eventgrid" "out" {
  name                                 = "grid"
  digital_twins_id                     = azurerm_digital_twins_instance.acme.id
  eventgrid_topic_endpoint             = "https://acme.westeurope-1.eventgrid.azure.net/api/events"
  eventgrid_topic_primary_access_key   = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  eventgrid_topic_secondary_access_key = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldB=="
}

resource "azurerm_digital_twins_endpoint_eventhub" "out" {
  name                                 = "hub"
  digital_twins_id                     = azurerm_digital_twins_instance.acme.id
  eventhub_primary_connection_string   = "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==;EntityPath=out"
  eventhub_secondary_connection_string = "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldB==;EntityPath=out"
}

resource "azurerm_digital_twins_endpoint_servicebus" "out" {
  name                                   = "bus"
  digital_twins_id                       = azurerm_digital_twins_instance.acme.id
  servicebus_primary_connection_string   = "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==;EntityPath=out"
  servicebus_secondary_connection_string = "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldB==;EntityPath=out"
}
