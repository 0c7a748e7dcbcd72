resource "azurerm_lb" "public" {
  name                = "public"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Standard"
  frontend_ip_configuration {
    name                 = "front"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/front"
  }
}

resource "azurerm_lb" "inside" {
  name                = "inside"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Standard"
  frontend_ip_configuration {
    name      = "front"
    subnet_id = "/subscriptions/x/subnets/app"
  }
}

resource "azurerm_lb_backend_address_pool" "pool" {
  name            = "pool"
  loadbalancer_id = azurerm_lb.public.id
}

resource "azurerm_lb_backend_address_pool_address" "one" {
  name                    = "one"
  backend_address_pool_id = azurerm_lb_backend_address_pool.pool.id
  virtual_network_id      = "/subscriptions/x/virtualNetworks/n"
  ip_address              = "10.0.0.4"
}

resource "azurerm_lb_rule" "web" {
  name                           = "web"
  loadbalancer_id                = azurerm_lb.public.id
  protocol                       = "Tcp"
  frontend_port                  = 443
  backend_port                   = 443
  frontend_ip_configuration_name = "front"
  backend_address_pool_ids       = [azurerm_lb_backend_address_pool.pool.id]
  probe_id                       = azurerm_lb_probe.web.id
}

resource "azurerm_lb_probe" "web" {
  name            = "web"
  loadbalancer_id = azurerm_lb.public.id
  port            = 443
}

resource "azurerm_lb_rule" "blind" {
  name                           = "blind"
  loadbalancer_id                = azurerm_lb.public.id
  protocol                       = "Tcp"
  frontend_port                  = 8443
  backend_port                   = 8443
  frontend_ip_configuration_name = "front"
}

resource "azurerm_lb_nat_rule" "ssh" {
  name                           = "ssh"
  resource_group_name            = "rg"
  loadbalancer_id                = azurerm_lb.public.id
  protocol                       = "Tcp"
  frontend_port                  = 2222
  backend_port                   = 22
  frontend_ip_configuration_name = "front"
}

resource "azurerm_application_load_balancer" "containers" {
  name                = "containers"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_application_load_balancer_security_policy" "waf" {
  name                               = "waf"
  location                           = "westeurope"
  application_load_balancer_id       = azurerm_application_load_balancer.containers.id
  web_application_firewall_policy_id = "/subscriptions/x/waf"
}

resource "azurerm_application_load_balancer_subnet_association" "containers" {
  name                         = "containers"
  application_load_balancer_id = azurerm_application_load_balancer.containers.id
  subnet_id                    = "/subscriptions/x/subnets/agc"
}

resource "azurerm_lb_nat_pool" "ssh" {
  name                           = "ssh-set"
  resource_group_name            = "rg"
  loadbalancer_id                = azurerm_lb.public.id
  protocol                       = "Tcp"
  frontend_port_start            = 50000
  frontend_port_end              = 50100
  backend_port                   = 22
  frontend_ip_configuration_name = "front"
}
