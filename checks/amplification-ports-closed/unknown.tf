variable "source" {
  type = string
}

resource "azurerm_network_security_group" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  security_rule {
    name                       = "in"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Udp"
    source_port_range          = "*"
    destination_port_range     = "53"
    source_address_prefix      = var.source
    destination_address_prefix = "*"
  }
}

resource "azurerm_network_security_group" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  security_rule {
    name                       = "in"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Udp"
    source_port_range          = "*"
    destination_port_range     = "123"
    source_address_prefix      = var.source
    destination_address_prefix = "*"
  }
}

resource "aws_security_group" "d" {
  name = "d"
  ingress {
    description = "in"
    protocol    = "udp"
    from_port   = 161
    to_port     = 161
    cidr_blocks = [var.source]
  }
}
