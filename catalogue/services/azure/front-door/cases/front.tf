resource "azurerm_cdn_frontdoor_profile" "guarded" {
  name                = "guarded"
  resource_group_name = "rg"
  sku_name            = "Premium_AzureFrontDoor"
}

resource "azurerm_cdn_frontdoor_profile" "plain" {
  name                = "plain"
  resource_group_name = "rg"
  sku_name            = "Standard_AzureFrontDoor"
}

resource "azurerm_cdn_frontdoor_endpoint" "guarded" {
  name                     = "guarded"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.guarded.id
}

resource "azurerm_cdn_frontdoor_security_policy" "guarded" {
  name                     = "guarded"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.guarded.id
  security_policies {
    firewall {
      cdn_frontdoor_firewall_policy_id = "/subscriptions/x/waf"
      association {
        patterns_to_match = ["/*"]
        domain {
          cdn_frontdoor_domain_id = azurerm_cdn_frontdoor_endpoint.guarded.id
        }
      }
    }
  }
}

resource "azurerm_cdn_frontdoor_origin_group" "guarded" {
  name                     = "guarded"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.guarded.id
  load_balancing {}
  health_probe {
    protocol            = "Https"
    interval_in_seconds = 60
  }
}

resource "azurerm_cdn_frontdoor_origin_group" "plain" {
  name                     = "plain"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.plain.id
  load_balancing {}
}

resource "azurerm_cdn_frontdoor_origin" "guarded" {
  name                           = "guarded"
  cdn_frontdoor_origin_group_id  = azurerm_cdn_frontdoor_origin_group.guarded.id
  host_name                      = "app.azurewebsites.net"
  certificate_name_check_enabled = true
}

resource "azurerm_cdn_frontdoor_origin" "plain" {
  name                           = "plain"
  cdn_frontdoor_origin_group_id  = azurerm_cdn_frontdoor_origin_group.plain.id
  host_name                      = "203.0.113.7"
  certificate_name_check_enabled = false
}

resource "azurerm_cdn_frontdoor_route" "guarded" {
  name                          = "guarded"
  cdn_frontdoor_endpoint_id     = azurerm_cdn_frontdoor_endpoint.guarded.id
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.guarded.id
  cdn_frontdoor_origin_ids      = [azurerm_cdn_frontdoor_origin.guarded.id]
  patterns_to_match             = ["/*"]
  supported_protocols           = ["Http", "Https"]
  forwarding_protocol           = "HttpsOnly"
}

resource "azurerm_cdn_frontdoor_route" "open" {
  name                          = "open"
  cdn_frontdoor_endpoint_id     = azurerm_cdn_frontdoor_endpoint.guarded.id
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.plain.id
  cdn_frontdoor_origin_ids      = [azurerm_cdn_frontdoor_origin.plain.id]
  patterns_to_match             = ["/open/*"]
  supported_protocols           = ["Http", "Https"]
  https_redirect_enabled        = false
}

resource "azurerm_cdn_frontdoor_custom_domain" "managed" {
  name                     = "managed"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.guarded.id
  host_name                = "www.example.com"
  tls {
    certificate_type = "ManagedCertificate"
  }
}

resource "azurerm_cdn_frontdoor_custom_domain" "own" {
  name                     = "own"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.guarded.id
  host_name                = "shop.example.com"
  tls {
    certificate_type        = "CustomerCertificate"
    minimum_tls_version     = "TLS10"
    cdn_frontdoor_secret_id = "/subscriptions/x/secrets/s"
  }
}

resource "azurerm_frontdoor" "guarded" {
  name                = "guarded"
  resource_group_name = "rg"
  routing_rule {
    name               = "web"
    accepted_protocols = ["Https"]
    patterns_to_match  = ["/*"]
    frontend_endpoints = ["front"]
    forwarding_configuration {
      forwarding_protocol = "HttpsOnly"
      backend_pool_name   = "pool"
    }
  }
  backend_pool_load_balancing {
    name = "lb"
  }
  backend_pool_health_probe {
    name = "hp"
  }
  backend_pool {
    name                = "pool"
    load_balancing_name = "lb"
    health_probe_name   = "hp"
    backend {
      host_header = "app.example.com"
      address     = "app.example.com"
      http_port   = 80
      https_port  = 443
    }
  }
  frontend_endpoint {
    name                                    = "front"
    host_name                               = "guarded.azurefd.net"
    web_application_firewall_policy_link_id = "/subscriptions/x/waf"
  }
}

resource "azurerm_frontdoor" "open" {
  name                = "open"
  resource_group_name = "rg"
  routing_rule {
    name               = "web"
    accepted_protocols = ["Http", "Https"]
    patterns_to_match  = ["/*"]
    frontend_endpoints = ["front"]
    forwarding_configuration {
      forwarding_protocol = "MatchRequest"
      backend_pool_name   = "pool"
    }
  }
  backend_pool_load_balancing {
    name = "lb"
  }
  backend_pool_health_probe {
    name = "hp"
  }
  backend_pool {
    name                = "pool"
    load_balancing_name = "lb"
    health_probe_name   = "hp"
    backend {
      host_header = "app.example.com"
      address     = "app.example.com"
      http_port   = 80
      https_port  = 443
    }
  }
  frontend_endpoint {
    name      = "front"
    host_name = "open.azurefd.net"
  }
}

resource "azurerm_cdn_profile" "classic" {
  name                = "classic"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Standard_Microsoft"
}

resource "azurerm_cdn_endpoint" "guarded" {
  name                = "guarded"
  profile_name        = azurerm_cdn_profile.classic.name
  location            = "westeurope"
  resource_group_name = "rg"
  is_http_allowed     = false
  origin {
    name      = "o"
    host_name = "app.example.com"
  }
}

resource "azurerm_cdn_endpoint" "open" {
  name                = "open"
  profile_name        = azurerm_cdn_profile.classic.name
  location            = "westeurope"
  resource_group_name = "rg"
  origin {
    name      = "o"
    host_name = "app.example.com"
  }
}

resource "azurerm_cdn_endpoint_custom_domain" "managed" {
  name            = "managed"
  cdn_endpoint_id = azurerm_cdn_endpoint.guarded.id
  host_name       = "cdn.example.com"
  cdn_managed_https {
    certificate_type = "Dedicated"
    protocol_type    = "ServerNameIndication"
    tls_version      = "TLS12"
  }
}

resource "azurerm_cdn_endpoint_custom_domain" "own" {
  name            = "own"
  cdn_endpoint_id = azurerm_cdn_endpoint.open.id
  host_name       = "cdn2.example.com"
  user_managed_https {
    key_vault_secret_id = "https://v.vault.azure.net/secrets/cert"
    tls_version         = "TLS10"
  }
}
