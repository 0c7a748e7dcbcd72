resource "azurerm_traffic_manager_profile" "web" {
  name                   = "web"
  resource_group_name    = "rg"
  traffic_routing_method = "Priority"
  dns_config {
    relative_name = "web"
    ttl           = 60
  }
  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }
}

resource "azurerm_traffic_manager_profile" "tcp" {
  name                   = "tcp"
  resource_group_name    = "rg"
  traffic_routing_method = "Priority"
  dns_config {
    relative_name = "tcp"
    ttl           = 60
  }
  monitor_config {
    protocol = "TCP"
    port     = 5432
  }
}

resource "azurerm_traffic_manager_azure_endpoint" "one" {
  name               = "one"
  profile_id         = azurerm_traffic_manager_profile.web.id
  target_resource_id = "/subscriptions/x/publicIPAddresses/front"
}

resource "azurerm_traffic_manager_external_endpoint" "two" {
  name       = "two"
  profile_id = azurerm_traffic_manager_profile.web.id
  target     = "www.example.com"
}

resource "azurerm_traffic_manager_nested_endpoint" "three" {
  name                    = "three"
  profile_id              = azurerm_traffic_manager_profile.web.id
  target_resource_id      = azurerm_traffic_manager_profile.tcp.id
  minimum_child_endpoints = 1
}
