resource "azurerm_application_gateway" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  zones               = ["1", "2", "3"]
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
    name                          = "front"
    subnet_id                     = "/subscriptions/x/subnets/agw"
    private_ip_address            = "10.0.0.10"
    private_ip_address_allocation = "Static"
  }
  frontend_port {
    name = "https"
    port = 443
  }
  frontend_port {
    name = "http"
    port = 80
  }
  http_listener {
    name                           = "https"
    frontend_ip_configuration_name = "front"
    frontend_port_name             = "https"
    protocol                       = "Https"
    ssl_certificate_name           = "cert"
  }
  http_listener {
    name                           = "http"
    frontend_ip_configuration_name = "front"
    frontend_port_name             = "http"
    protocol                       = "Http"
  }
  request_routing_rule {
    name                       = "main"
    rule_type                  = "Basic"
    priority                   = 1
    http_listener_name         = "https"
    backend_address_pool_name  = "pool"
    backend_http_settings_name = "app"
  }
  request_routing_rule {
    name                        = "redirect"
    rule_type                   = "Basic"
    priority                    = 2
    http_listener_name          = "http"
    redirect_configuration_name = "to-https"
  }
  redirect_configuration {
    name                 = "to-https"
    redirect_type        = "Permanent"
    target_listener_name = "https"
  }
  backend_address_pool {
    name = "pool"
  }
  backend_http_settings {
    name                  = "app"
    port                  = 443
    protocol              = "Https"
    cookie_based_affinity = "Disabled"
    probe_name            = "health"
  }
  probe {
    name                = "health"
    protocol            = "Https"
    path                = "/"
    interval            = 30
    timeout             = 30
    unhealthy_threshold = 3
  }
  ssl_policy {
    policy_type = "Predefined"
    policy_name = "AppGwSslPolicy20220101"
  }
  ssl_certificate {
    name                = "cert"
    key_vault_secret_id = "https://v.vault.azure.net/secrets/cert"
  }
}

resource "azurerm_application_gateway" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  sku {
    name     = "Standard_v2"
    tier     = "Standard_v2"
    capacity = 1
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
    name = "http"
    port = 80
  }
  http_listener {
    name                           = "http"
    frontend_ip_configuration_name = "front"
    frontend_port_name             = "http"
    protocol                       = "Http"
  }
  request_routing_rule {
    name                       = "main"
    rule_type                  = "Basic"
    http_listener_name         = "http"
    backend_address_pool_name  = "pool"
    backend_http_settings_name = "app"
  }
  backend_address_pool {
    name = "pool"
  }
  backend_http_settings {
    name                  = "app"
    port                  = 80
    protocol              = "Http"
    cookie_based_affinity = "Disabled"
  }
  ssl_policy {
    policy_type          = "Custom"
    min_protocol_version = "TLSv1_0"
  }
  ssl_certificate {
    name     = "cert"
    data     = "MIIKcQIBAzCCCi0GCSqGSIb3DQEHAaCCCh4E"
    password = "Geheim-9Kx2pQ7z"
  }
}
