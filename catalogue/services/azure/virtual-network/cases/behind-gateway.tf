resource "azurerm_application_gateway" "front" {
  name                = "front"
  resource_group_name = "rg"
  location            = "westeurope"
  sku {
    name     = "WAF_v2"
    tier     = "WAF_v2"
    capacity = 2
  }
  gateway_ip_configuration {
    name      = "gateway"
    subnet_id = azurerm_subnet.gateway.id
  }
  frontend_port {
    name = "https"
    port = 443
  }
  frontend_ip_configuration {
    name                 = "public"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/front"
  }
  backend_address_pool {
    name         = "machines"
    ip_addresses = [azurerm_network_interface.listed.private_ip_address]
  }
  backend_address_pool {
    name  = "app"
    fqdns = [azurerm_linux_web_app.shop.default_hostname]
  }
  backend_http_settings {
    name                  = "https"
    cookie_based_affinity = "Disabled"
    port                  = 443
    protocol              = "Https"
  }
  http_listener {
    name                           = "https"
    frontend_ip_configuration_name = "public"
    frontend_port_name             = "https"
    protocol                       = "Https"
  }
  request_routing_rule {
    name                       = "machines"
    rule_type                  = "Basic"
    priority                   = 10
    http_listener_name         = "https"
    backend_address_pool_name  = "machines"
    backend_http_settings_name = "https"
  }
}

resource "azurerm_network_interface" "listed" {
  name                = "listed"
  location            = "westeurope"
  resource_group_name = "rg"
  ip_configuration {
    name                          = "one"
    subnet_id                     = azurerm_subnet.app.id
    private_ip_address_allocation = "Dynamic"
  }
}

resource "azurerm_network_interface" "joined" {
  name                = "joined"
  location            = "westeurope"
  resource_group_name = "rg"
  ip_configuration {
    name                          = "one"
    subnet_id                     = azurerm_subnet.app.id
    private_ip_address_allocation = "Dynamic"
  }
}

resource "azurerm_network_interface_application_gateway_backend_address_pool_association" "joined" {
  network_interface_id    = azurerm_network_interface.joined.id
  ip_configuration_name   = "one"
  backend_address_pool_id = tolist(azurerm_application_gateway.front.backend_address_pool)[0].id
}

resource "azurerm_subnet" "gateway" {
  name                 = "gateway"
  resource_group_name  = "rg"
  virtual_network_name = "net"
  address_prefixes     = ["10.0.0.0/24"]
}

resource "azurerm_subnet" "app" {
  name                 = "app"
  resource_group_name  = "rg"
  virtual_network_name = "net"
  address_prefixes     = ["10.0.1.0/24"]
}

resource "azurerm_linux_virtual_machine" "listed" {
  name                  = "listed"
  resource_group_name   = "rg"
  location              = "westeurope"
  size                  = "Standard_B1s"
  admin_username        = "ops"
  network_interface_ids = [azurerm_network_interface.listed.id]
}

resource "azurerm_linux_virtual_machine" "joined" {
  name                  = "joined"
  resource_group_name   = "rg"
  location              = "westeurope"
  size                  = "Standard_B1s"
  admin_username        = "ops"
  network_interface_ids = [azurerm_network_interface.joined.id]
}

resource "azurerm_linux_web_app" "shop" {
  name                          = "shop"
  resource_group_name           = "rg"
  location                      = "westeurope"
  service_plan_id               = "/subscriptions/x/serverFarms/p"
  public_network_access_enabled = false
  site_config {}
}
