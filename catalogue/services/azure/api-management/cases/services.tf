resource "azurerm_api_management" "guarded" {
  name                          = "guarded"
  location                      = "westeurope"
  resource_group_name           = "rg"
  publisher_name                = "us"
  publisher_email               = "us@example.com"
  sku_name                      = "Premium_2"
  zones                         = ["1", "2"]
  public_network_access_enabled = false
  virtual_network_type          = "Internal"
  virtual_network_configuration {
    subnet_id = "/subscriptions/x/subnets/apim"
  }
  sign_up {
    enabled = false
    terms_of_service {
      consent_required = false
      enabled          = false
    }
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_api_management" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  publisher_name      = "us"
  publisher_email     = "us@example.com"
  sku_name            = "Developer_1"
  security {
    frontend_tls10_enabled     = true
    triple_des_ciphers_enabled = true
  }
  tenant_access {
    enabled = true
  }
  delegation {
    subscriptions_enabled     = true
    user_registration_enabled = true
    validation_key            = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqM="
  }
}

resource "azurerm_api_management" "older" {
  name                = "older"
  location            = "westeurope"
  resource_group_name = "rg"
  publisher_name      = "us"
  publisher_email     = "us@example.com"
  sku_name            = "Developer_1"
  security {
    enable_frontend_tls11 = true
  }
}

resource "azurerm_api_management_api" "guarded" {
  name                = "guarded"
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.guarded.name
  revision            = "1"
  display_name        = "Guarded"
  path                = "guarded"
  protocols           = ["https"]
  service_url         = "https://app.example.com"
}

resource "azurerm_api_management_api" "open" {
  name                  = "open"
  resource_group_name   = "rg"
  api_management_name   = azurerm_api_management.open.name
  revision              = "1"
  display_name          = "Open"
  path                  = "open"
  protocols             = ["http", "https"]
  service_url           = "http://app.example.com"
  subscription_required = false
}

resource "azurerm_api_management_named_value" "vaulted" {
  name                = "vaulted"
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.guarded.name
  display_name        = "backend-key"
  secret              = true
  value_from_key_vault {
    secret_id = "https://v.vault.azure.net/secrets/key"
  }
}

resource "azurerm_api_management_named_value" "clear" {
  name                = "clear"
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.open.name
  display_name        = "password"
  value               = "Geheim-9Kx2pQ7z"
}

resource "azurerm_api_management_named_value" "written" {
  name                = "written"
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.open.name
  display_name        = "password"
  secret              = true
  value               = "Geheim-9Kx2pQ7z"
}

resource "azurerm_api_management_backend" "guarded" {
  name                = "guarded"
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.guarded.name
  protocol            = "http"
  url                 = "https://app.example.com"
}

resource "azurerm_api_management_backend" "open" {
  name                = "open"
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.open.name
  protocol            = "http"
  url                 = "http://app.example.com"
  tls {
    validate_certificate_chain = false
    validate_certificate_name  = true
  }
  credentials {
    authorization {
      scheme    = "Basic"
      parameter = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqM="
    }
  }
}

resource "azurerm_api_management_gateway" "site" {
  name              = "site"
  api_management_id = azurerm_api_management.guarded.id
  location_data {
    name = "Berlin"
  }
}

resource "azurerm_api_management_standalone_gateway" "inside" {
  name                 = "inside"
  location             = "westeurope"
  resource_group_name  = "rg"
  virtual_network_type = "Internal"
  backend_subnet_id    = "/subscriptions/x/subnets/gw"
  sku {
    name     = "WorkspaceGatewayPremium"
    capacity = 1
  }
}

resource "azurerm_api_management_standalone_gateway" "outside" {
  name                = "outside"
  location            = "westeurope"
  resource_group_name = "rg"
  sku {
    name     = "WorkspaceGatewayPremium"
    capacity = 1
  }
}

resource "azurerm_api_management_subscription" "quiet" {
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.guarded.name
  display_name        = "quiet"
  allow_tracing       = false
}

resource "azurerm_api_management_subscription" "traced" {
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.guarded.name
  display_name        = "traced"
}

resource "azurerm_api_management_product" "careful" {
  product_id            = "careful"
  resource_group_name   = "rg"
  api_management_name   = azurerm_api_management.guarded.name
  display_name          = "Careful"
  published             = true
  subscription_required = true
  approval_required     = true
}

resource "azurerm_api_management_product" "open" {
  product_id            = "open"
  resource_group_name   = "rg"
  api_management_name   = azurerm_api_management.open.name
  display_name          = "Open"
  published             = true
  subscription_required = false
}

resource "azurerm_api_management_certificate" "client" {
  name                = "client"
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.open.name
  data                = "MIIKcQIBAzCCCi0GCSqGSIb3DQEHAaCCCh4E"
  password            = "Geheim-9Kx2pQ7z"
}

resource "azurerm_api_management_diagnostic" "guarded" {
  identifier               = "applicationinsights"
  resource_group_name      = "rg"
  api_management_name      = azurerm_api_management.guarded.name
  api_management_logger_id = azurerm_api_management_logger.guarded.id
}

resource "azurerm_api_management_logger" "guarded" {
  name                = "guarded"
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.guarded.name
  resource_id         = "/subscriptions/x/components/insights"
}

resource "azurerm_api_management_custom_domain" "guarded" {
  api_management_id = azurerm_api_management.guarded.id
  gateway {
    host_name                = "api.example.com"
    key_vault_certificate_id = "https://v.vault.azure.net/certificates/api"
  }
}

resource "azurerm_api_management_identity_provider_aad" "guarded" {
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.guarded.name
  client_id           = "00000000-0000-0000-0000-000000000001"
  client_secret       = var.client_secret
  allowed_tenants     = ["x"]
}

variable "client_secret" {
  type      = string
  sensitive = true
}

resource "azurerm_api_management_openid_connect_provider" "open" {
  name                = "open"
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.open.name
  client_id           = "c"
  client_secret       = "q8~Xk2Lm9PzR4tWv7YbN1cHd6JfGs3Qa5Ue"
  display_name        = "Open"
  metadata_endpoint   = "https://idp.example.com/.well-known"
}

resource "azurerm_api_management_authorization_server" "open" {
  name                         = "open"
  resource_group_name          = "rg"
  api_management_name          = azurerm_api_management.open.name
  display_name                 = "Open"
  authorization_endpoint       = "https://idp.example.com/auth"
  client_id                    = "c"
  client_registration_endpoint = "https://idp.example.com/register"
  grant_types                  = ["authorizationCode"]
  authorization_methods        = ["GET"]
}

resource "azurerm_api_management_policy" "guarded" {
  api_management_id = azurerm_api_management.guarded.id
  xml_content       = "<policies><inbound><cors><allowed-origins><origin>https://www.example.com</origin></allowed-origins></cors></inbound></policies>"
}

resource "azurerm_api_management_policy" "open" {
  api_management_id = azurerm_api_management.open.id
  xml_content       = "<policies><inbound><cors><allowed-origins><origin>*</origin></allowed-origins></cors></inbound></policies>"
}

resource "azurerm_api_management_api_policy" "guarded" {
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.guarded.name
  api_name            = azurerm_api_management_api.guarded.name
  xml_content         = "<policies><inbound><base /></inbound></policies>"
}

resource "azurerm_api_management_api_policy" "open" {
  resource_group_name = "rg"
  api_management_name = azurerm_api_management.open.name
  api_name            = azurerm_api_management_api.open.name
  xml_content         = "<policies><inbound><cors><allowed-origins><origin>*</origin></allowed-origins></cors></inbound></policies>"
}
