variable "office" { type = string }

resource "azurerm_network_security_group" "inline" {
  name                = "inline"
  location            = "westeurope"
  resource_group_name = "rg"
  security_rule {
    name                       = "web"
    description                = "TLS from everywhere"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_ranges    = ["443", "8000-8080"]
    source_address_prefix      = "Internet"
    destination_address_prefix = "*"
  }
  security_rule {
    name                       = "out"
    priority                   = 200
    direction                  = "Outbound"
    access                     = "Deny"
    protocol                   = "*"
    source_port_range          = "*"
    destination_port_range     = "*"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}

resource "azurerm_network_security_group" "split" {
  name                = "split"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_network_security_rule" "ssh" {
  name                        = "ssh"
  resource_group_name         = "rg"
  network_security_group_name = azurerm_network_security_group.split.name
  priority                    = 110
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  destination_port_range      = "22"
  source_address_prefixes     = ["192.0.2.0/24", "VirtualNetwork"]
  destination_address_prefix  = "*"
}

resource "azurerm_network_security_rule" "admin" {
  name                        = "admin"
  resource_group_name         = "rg"
  network_security_group_name = azurerm_network_security_group.split.name
  priority                    = 120
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "*"
  source_port_range           = "*"
  destination_port_range      = "*"
  source_address_prefix       = var.office
  destination_address_prefix  = "*"
}

resource "azurerm_network_security_rule" "out" {
  name                         = "out"
  resource_group_name          = "rg"
  network_security_group_name  = azurerm_network_security_group.split.name
  priority                     = 130
  direction                    = "Outbound"
  access                       = "Allow"
  protocol                     = "Tcp"
  source_port_range            = "*"
  destination_port_range       = "443"
  source_address_prefix        = "*"
  destination_address_prefixes = ["AzureMonitor"]
}

resource "azurerm_network_watcher_flow_log" "split" {
  name                      = "split"
  network_watcher_name      = "watcher"
  resource_group_name       = "rg"
  network_security_group_id = azurerm_network_security_group.split.id
  storage_account_id        = "/subscriptions/x/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/logs"
  enabled                   = true
  retention_policy {
    enabled = true
    days    = 7
  }
}

resource "azurerm_network_manager_admin_rule_collection" "base" {
  name                            = "base"
  security_admin_configuration_id = "/subscriptions/x/configuration"
  network_group_ids               = ["/subscriptions/x/group"]
}

resource "azurerm_network_manager_admin_rule" "ssh" {
  name                     = "ssh"
  admin_rule_collection_id = azurerm_network_manager_admin_rule_collection.base.id
  action                   = "AlwaysAllow"
  direction                = "Inbound"
  priority                 = 1
  protocol                 = "Tcp"
  source_port_ranges       = ["0-65535"]
  destination_port_ranges  = ["22"]
  source {
    address_prefix_type = "ServiceTag"
    address_prefix      = "Internet"
  }
  destination {
    address_prefix_type = "IPPrefix"
    address_prefix      = "*"
  }
}

resource "azurerm_network_manager_admin_rule" "out" {
  name                     = "out"
  admin_rule_collection_id = azurerm_network_manager_admin_rule_collection.base.id
  action                   = "Deny"
  direction                = "Outbound"
  priority                 = 2
  protocol                 = "Any"
}

resource "azurerm_network_security_group" "shut" {
  name                = "shut"
  location            = "westeurope"
  resource_group_name = "rg"
  security_rule {
    name                       = "nothing-in"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Deny"
    protocol                   = "*"
    source_port_range          = "*"
    destination_port_range     = "*"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
  security_rule {
    name                       = "one-machine"
    priority                   = 90
    direction                  = "Inbound"
    access                     = "Deny"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "22"
    source_address_prefix      = "*"
    destination_address_prefix = "10.0.0.4"
  }
}
