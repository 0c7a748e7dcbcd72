resource "azurerm_lb" "front" {
  name                = "front"
  location            = "westeurope"
  resource_group_name = "rg"
  frontend_ip_configuration {
    name                 = "front"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/front"
  }
}

resource "azurerm_lb_backend_address_pool" "pool" {
  name            = "pool"
  loadbalancer_id = azurerm_lb.front.id
}

resource "azurerm_lb_rule" "web" {
  name                           = "web"
  loadbalancer_id                = azurerm_lb.front.id
  protocol                       = "Tcp"
  frontend_port                  = 443
  backend_port                   = 443
  frontend_ip_configuration_name = "front"
  backend_address_pool_ids       = [azurerm_lb_backend_address_pool.pool.id]
}

resource "azurerm_lb_nat_rule" "ssh" {
  name                           = "ssh"
  resource_group_name            = "rg"
  loadbalancer_id                = azurerm_lb.front.id
  protocol                       = "Tcp"
  frontend_port                  = 2222
  backend_port                   = 22
  frontend_ip_configuration_name = "front"
}

resource "azurerm_lb_nat_pool" "ssh" {
  name                           = "ssh-set"
  resource_group_name            = "rg"
  loadbalancer_id                = azurerm_lb.front.id
  protocol                       = "Tcp"
  frontend_port_start            = 50000
  frontend_port_end              = 50100
  backend_port                   = 22
  frontend_ip_configuration_name = "front"
}

resource "azurerm_network_security_group" "web" {
  name                = "web"
  location            = "westeurope"
  resource_group_name = "rg"
  security_rule {
    name                                       = "web"
    priority                                   = 100
    direction                                  = "Inbound"
    access                                     = "Allow"
    protocol                                   = "Tcp"
    source_port_range                          = "*"
    destination_port_range                     = "443"
    source_address_prefix                      = "Internet"
    destination_application_security_group_ids = [azurerm_application_security_group.web.id]
  }
}

resource "azurerm_application_security_group" "web" {
  name                = "web"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_subnet" "app" {
  name                 = "app"
  resource_group_name  = "rg"
  virtual_network_name = "net"
  address_prefixes     = ["10.0.1.0/24"]
}

resource "azurerm_subnet_network_security_group_association" "app" {
  subnet_id                 = azurerm_subnet.app.id
  network_security_group_id = azurerm_network_security_group.web.id
}

# Behind the balancer, and a member of the group that its rule is for.
resource "azurerm_network_interface" "member" {
  name                = "member"
  location            = "westeurope"
  resource_group_name = "rg"
  ip_configuration {
    name                          = "one"
    subnet_id                     = azurerm_subnet.app.id
    private_ip_address_allocation = "Dynamic"
  }
}

resource "azurerm_network_interface_backend_address_pool_association" "member" {
  network_interface_id    = azurerm_network_interface.member.id
  ip_configuration_name   = "one"
  backend_address_pool_id = azurerm_lb_backend_address_pool.pool.id
}

resource "azurerm_network_interface_application_security_group_association" "member" {
  network_interface_id          = azurerm_network_interface.member.id
  application_security_group_id = azurerm_application_security_group.web.id
}

resource "azurerm_linux_virtual_machine" "member" {
  name                  = "member"
  resource_group_name   = "rg"
  location              = "westeurope"
  size                  = "Standard_B1s"
  admin_username        = "ops"
  network_interface_ids = [azurerm_network_interface.member.id]
}

# Behind a translation rule, without being a member.
resource "azurerm_network_interface" "stranger" {
  name                = "stranger"
  location            = "westeurope"
  resource_group_name = "rg"
  ip_configuration {
    name                          = "one"
    subnet_id                     = azurerm_subnet.app.id
    private_ip_address_allocation = "Dynamic"
  }
}

resource "azurerm_network_interface_nat_rule_association" "stranger" {
  network_interface_id  = azurerm_network_interface.stranger.id
  ip_configuration_name = "one"
  nat_rule_id           = azurerm_lb_nat_rule.ssh.id
}

resource "azurerm_linux_virtual_machine" "stranger" {
  name                  = "stranger"
  resource_group_name   = "rg"
  location              = "westeurope"
  size                  = "Standard_B1s"
  admin_username        = "ops"
  network_interface_ids = [azurerm_network_interface.stranger.id]
}

resource "azurerm_linux_virtual_machine_scale_set" "set" {
  name                = "set"
  resource_group_name = "rg"
  location            = "westeurope"
  sku                 = "Standard_B1s"
  instances           = 2
  admin_username      = "ops"
  network_interface {
    name    = "nic"
    primary = true
    ip_configuration {
      name                                = "one"
      primary                             = true
      subnet_id                           = azurerm_subnet.app.id
      load_balancer_inbound_nat_rules_ids = [azurerm_lb_nat_pool.ssh.id]
      application_security_group_ids      = [azurerm_application_security_group.web.id]
    }
  }
}
