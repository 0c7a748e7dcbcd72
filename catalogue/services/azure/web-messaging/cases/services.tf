resource "azurerm_signalr_service" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  public_network_access_enabled = false
  local_auth_enabled            = false
  connectivity_logs_enabled     = true
  http_request_logs_enabled     = true
  sku {
    name     = "Premium_P1"
    capacity = 1
  }
  cors {
    allowed_origins = ["https://www.acme.example"]
  }
}

resource "azurerm_signalr_service_network_acl" "good" {
  signalr_service_id = azurerm_signalr_service.good.id
  default_action     = "Deny"
  public_network {}
}

resource "azurerm_signalr_service" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  aad_auth_enabled    = false
  sku {
    name     = "Free_F1"
    capacity = 1
  }
}

resource "azurerm_signalr_service_network_acl" "open" {
  signalr_service_id = azurerm_signalr_service.open.id
  default_action     = "Deny"
  public_network {
    allowed_request_types = ["ClientConnection"]
  }
}

resource "azurerm_web_pubsub" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  sku                           = "Standard_S1"
  public_network_access_enabled = false
  local_auth_enabled            = false
}

resource "azurerm_web_pubsub_network_acl" "good" {
  web_pubsub_id = azurerm_web_pubsub.good.id
  public_network {}
}

resource "azurerm_web_pubsub" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "Free_F1"
  aad_auth_enabled    = false
}

resource "azurerm_web_pubsub_network_acl" "open" {
  web_pubsub_id  = azurerm_web_pubsub.open.id
  default_action = "Allow"
  public_network {}
}

resource "azurerm_web_pubsub_hub" "open" {
  name                          = "chat"
  web_pubsub_id                 = azurerm_web_pubsub.open.id
  anonymous_connections_enabled = true
}

resource "azurerm_web_pubsub_socketio" "good" {
  name                  = "acme-io-good"
  resource_group_name   = "acme"
  location              = "westeurope"
  public_network_access = "Disabled"
  local_auth_enabled    = false
  sku {
    name = "Standard_S1"
  }
}

resource "azurerm_web_pubsub_socketio" "open" {
  name                = "acme-io-open"
  resource_group_name = "acme"
  location            = "westeurope"
  aad_auth_enabled    = false
  sku {
    name = "Free_F1"
  }
}
