resource "azurerm_virtual_network_gateway" "people" {
  name                = "people"
  location            = "westeurope"
  resource_group_name = "rg"
  type                = "Vpn"
  sku                 = "VpnGw2AZ"
  active_active       = true
  ip_configuration {
    subnet_id            = "/subscriptions/x/subnets/GatewaySubnet"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/vpn"
  }
  vpn_client_configuration {
    address_space  = ["10.9.0.0/24"]
    vpn_auth_types = ["AAD"]
    aad_tenant     = "https://login.microsoftonline.com/x"
    aad_audience   = "41b23e61-6c1e-4545-b367-cd054e0ed4b4"
    aad_issuer     = "https://sts.windows.net/x/"
  }
}

resource "azurerm_virtual_network_gateway" "certificates" {
  name                = "certificates"
  location            = "westeurope"
  resource_group_name = "rg"
  type                = "Vpn"
  sku                 = "VpnGw1"
  ip_configuration {
    subnet_id            = "/subscriptions/x/subnets/GatewaySubnet"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/vpn"
  }
  vpn_client_configuration {
    address_space         = ["10.9.0.0/24"]
    radius_server_address = "10.0.0.9"
    radius_server_secret  = "Geheim-9Kx2pQ7z"
    root_certificate {
      name             = "root"
      public_cert_data = "MIIC5jCCAc6gAwIBAgIIOzEwNzY"
    }
  }
}

resource "azurerm_virtual_network_gateway" "line" {
  name                = "line"
  location            = "westeurope"
  resource_group_name = "rg"
  type                = "ExpressRoute"
  sku                 = "ErGw1AZ"
  ip_configuration {
    subnet_id = "/subscriptions/x/subnets/GatewaySubnet"
  }
}

resource "azurerm_virtual_network_gateway_connection" "strong" {
  name                       = "strong"
  location                   = "westeurope"
  resource_group_name        = "rg"
  type                       = "Vnet2Vnet"
  virtual_network_gateway_id = azurerm_virtual_network_gateway.people.id
  ipsec_policy {
    dh_group         = "ECP384"
    ike_encryption   = "AES256"
    ike_integrity    = "SHA384"
    ipsec_encryption = "GCMAES256"
    ipsec_integrity  = "GCMAES256"
    pfs_group        = "ECP384"
  }
}

resource "azurerm_virtual_network_gateway_connection" "weak" {
  name                       = "weak"
  location                   = "westeurope"
  resource_group_name        = "rg"
  type                       = "IPsec"
  virtual_network_gateway_id = azurerm_virtual_network_gateway.certificates.id
  local_network_gateway_id   = azurerm_local_network_gateway.office.id
  shared_key                 = "4-v3ry-53cr37-1p53c-5h4r3d-k3y"
  ipsec_policy {
    dh_group         = "DHGroup2"
    ike_encryption   = "DES3"
    ike_integrity    = "MD5"
    ipsec_encryption = "DES"
    ipsec_integrity  = "MD5"
    pfs_group        = "None"
  }
}

resource "azurerm_virtual_network_gateway_connection" "line" {
  name                       = "line"
  location                   = "westeurope"
  resource_group_name        = "rg"
  type                       = "ExpressRoute"
  virtual_network_gateway_id = azurerm_virtual_network_gateway.line.id
  express_route_circuit_id   = "/subscriptions/x/expressRouteCircuits/c"
}

resource "azurerm_local_network_gateway" "office" {
  name                = "office"
  location            = "westeurope"
  resource_group_name = "rg"
  gateway_address     = "192.0.2.1"
  address_space       = ["10.20.0.0/16"]
}
