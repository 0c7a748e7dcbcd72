resource "azurerm_application_gateway" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  firewall_policy_id  = "/subscriptions/x/waf"
  sku {
    name = "WAF_v2"
    tier = "WAF_v2"
  }
  gateway_ip_configuration {
    name      = "in"
    subnet_id = "/subscriptions/x/subnets/agw"
  }
  frontend_ip_configuration {
    name                 = "front"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/agw"
  }
  frontend_port {
    name = "https"
    port = 443
  }
  http_listener {
    name                           = "https"
    frontend_ip_configuration_name = "front"
    frontend_port_name             = "https"
    protocol                       = "Https"
  }
  request_routing_rule {
    name                       = "main"
    rule_type                  = "Basic"
    http_listener_name         = "https"
    backend_address_pool_name  = "pool"
    backend_http_settings_name = "app"
  }
  backend_address_pool {
    name = "pool"
  }
  backend_http_settings {
    name                  = "app"
    port                  = 443
    protocol              = "Https"
    cookie_based_affinity = "Disabled"
  }
}

resource "azurerm_cdn_frontdoor_profile" "web" {
  name                = "web"
  resource_group_name = "rg"
  sku_name            = "Premium_AzureFrontDoor"
}

resource "azurerm_cdn_frontdoor_security_policy" "web" {
  name                     = "web"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.web.id
  security_policies {
    firewall {
      cdn_frontdoor_firewall_policy_id = "/subscriptions/x/waf"
      association {
        patterns_to_match = ["/*"]
        domain {
          cdn_frontdoor_domain_id = "/subscriptions/x/endpoint"
        }
      }
    }
  }
}
