resource "azurerm_virtual_network" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  address_space       = ["10.0.0.0/16"]
  ddos_protection_plan {
    id     = azurerm_network_ddos_protection_plan.plan.id
    enable = true
  }
  encryption {
    enforcement = "DropUnencrypted"
  }
  subnet {
    name             = "inline"
    address_prefixes = ["10.0.9.0/24"]
    security_group   = azurerm_network_security_group.app.id
  }
}

resource "azurerm_network_ddos_protection_plan" "plan" {
  name                = "plan"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_virtual_network" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
  address_space       = ["10.1.0.0/16"]
  encryption {
    enforcement = "AllowUnencrypted"
  }
  subnet {
    name             = "GatewaySubnet"
    address_prefixes = ["10.1.8.0/24"]
  }
  subnet {
    name             = "inline"
    address_prefixes = ["10.1.9.0/24"]
  }
}

resource "azurerm_subnet" "app" {
  name                            = "app"
  resource_group_name             = "rg"
  virtual_network_name            = azurerm_virtual_network.guarded.name
  address_prefixes                = ["10.0.1.0/24"]
  default_outbound_access_enabled = false
}

resource "azurerm_subnet" "bare" {
  name                 = "bare"
  resource_group_name  = "rg"
  virtual_network_name = azurerm_virtual_network.plain.name
  address_prefixes     = ["10.1.1.0/24"]
}

resource "azurerm_subnet" "gateway" {
  name                 = "GatewaySubnet"
  resource_group_name  = "rg"
  virtual_network_name = azurerm_virtual_network.guarded.name
  address_prefixes     = ["10.0.2.0/24"]
}

resource "azurerm_network_security_group" "app" {
  name                = "app"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_subnet_network_security_group_association" "app" {
  subnet_id                 = azurerm_subnet.app.id
  network_security_group_id = azurerm_network_security_group.app.id
}

resource "azurerm_route_table" "app" {
  name                = "app"
  location            = "westeurope"
  resource_group_name = "rg"
  route {
    name                   = "out"
    address_prefix         = "0.0.0.0/0"
    next_hop_type          = "VirtualAppliance"
    next_hop_in_ip_address = "10.0.3.4"
  }
}

resource "azurerm_route" "office" {
  name                = "office"
  resource_group_name = "rg"
  route_table_name    = azurerm_route_table.app.name
  address_prefix      = "192.0.2.0/24"
  next_hop_type       = "VirtualNetworkGateway"
}

resource "azurerm_subnet_route_table_association" "app" {
  subnet_id      = azurerm_subnet.app.id
  route_table_id = azurerm_route_table.app.id
}

resource "azurerm_nat_gateway" "out" {
  name                = "out"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_public_ip" "nat" {
  name                 = "nat"
  location             = "westeurope"
  resource_group_name  = "rg"
  allocation_method    = "Static"
  ddos_protection_mode = "Disabled"
}

resource "azurerm_public_ip" "front" {
  name                    = "front"
  location                = "westeurope"
  resource_group_name     = "rg"
  allocation_method       = "Static"
  ddos_protection_mode    = "Enabled"
  ddos_protection_plan_id = azurerm_network_ddos_protection_plan.plan.id
}

resource "azurerm_public_ip" "inherits" {
  name                = "inherits"
  location            = "westeurope"
  resource_group_name = "rg"
  allocation_method   = "Static"
}

resource "azurerm_nat_gateway_public_ip_association" "out" {
  nat_gateway_id       = azurerm_nat_gateway.out.id
  public_ip_address_id = azurerm_public_ip.nat.id
}

resource "azurerm_subnet_nat_gateway_association" "app" {
  subnet_id      = azurerm_subnet.app.id
  nat_gateway_id = azurerm_nat_gateway.out.id
}

resource "azurerm_network_interface" "front" {
  name                  = "front"
  location              = "westeurope"
  resource_group_name   = "rg"
  ip_forwarding_enabled = true
  ip_configuration {
    name                          = "internal"
    subnet_id                     = azurerm_subnet.app.id
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id          = azurerm_public_ip.front.id
  }
}

resource "azurerm_network_interface" "back" {
  name                = "back"
  location            = "westeurope"
  resource_group_name = "rg"
  ip_configuration {
    name                          = "internal"
    subnet_id                     = azurerm_subnet.app.id
    private_ip_address_allocation = "Dynamic"
  }
}

resource "azurerm_network_interface_security_group_association" "front" {
  network_interface_id      = azurerm_network_interface.front.id
  network_security_group_id = azurerm_network_security_group.app.id
}

resource "azurerm_virtual_network_peering" "to_plain" {
  name                      = "to-plain"
  resource_group_name       = "rg"
  virtual_network_name      = azurerm_virtual_network.guarded.name
  remote_virtual_network_id = azurerm_virtual_network.plain.id
}

resource "azurerm_ip_group" "office" {
  name                = "office"
  location            = "westeurope"
  resource_group_name = "rg"
  cidrs               = ["192.0.2.0/24"]
}

resource "azurerm_ip_group_cidr" "second" {
  ip_group_id = azurerm_ip_group.office.id
  cidr        = "198.51.100.0/24"
}

resource "azurerm_network_watcher_flow_log" "guarded" {
  name                 = "guarded"
  network_watcher_name = "watcher"
  resource_group_name  = "rg"
  target_resource_id   = azurerm_virtual_network.guarded.id
  storage_account_id   = "/subscriptions/x/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/logs"
  enabled              = true
  retention_policy {
    enabled = true
    days    = 90
  }
}
