resource "azurerm_virtual_wan" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_virtual_wan" "clear" {
  name                   = "clear"
  location               = "westeurope"
  resource_group_name    = "rg"
  disable_vpn_encryption = true
}

resource "azurerm_virtual_hub" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  virtual_wan_id      = azurerm_virtual_wan.guarded.id
  address_prefix      = "10.30.0.0/24"
}

resource "azurerm_virtual_hub" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
  virtual_wan_id      = azurerm_virtual_wan.clear.id
  address_prefix      = "10.31.0.0/24"
}

resource "azurerm_virtual_hub_routing_intent" "guarded" {
  name           = "guarded"
  virtual_hub_id = azurerm_virtual_hub.guarded.id
  routing_policy {
    name         = "internet"
    destinations = ["Internet"]
    next_hop     = "/subscriptions/x/azureFirewalls/fw"
  }
}

resource "azurerm_virtual_hub_connection" "guarded" {
  name                      = "guarded"
  virtual_hub_id            = azurerm_virtual_hub.guarded.id
  remote_virtual_network_id = "/subscriptions/x/virtualNetworks/a"
  internet_security_enabled = true
}

resource "azurerm_virtual_hub_connection" "plain" {
  name                      = "plain"
  virtual_hub_id            = azurerm_virtual_hub.plain.id
  remote_virtual_network_id = "/subscriptions/x/virtualNetworks/b"
}

resource "azurerm_vpn_gateway" "hub" {
  name                = "hub"
  location            = "westeurope"
  resource_group_name = "rg"
  virtual_hub_id      = azurerm_virtual_hub.guarded.id
}

resource "azurerm_vpn_gateway_connection" "strong" {
  name               = "strong"
  vpn_gateway_id     = azurerm_vpn_gateway.hub.id
  remote_vpn_site_id = "/subscriptions/x/vpnSites/s"
  vpn_link {
    name             = "one"
    vpn_site_link_id = "/subscriptions/x/vpnSites/s/links/1"
    ipsec_policy {
      dh_group                 = "ECP384"
      ike_encryption_algorithm = "AES256"
      ike_integrity_algorithm  = "SHA384"
      encryption_algorithm     = "GCMAES256"
      integrity_algorithm      = "GCMAES256"
      pfs_group                = "ECP384"
      sa_data_size_kb          = 102400000
      sa_lifetime_sec          = 27000
    }
  }
}

resource "azurerm_vpn_gateway_connection" "weak" {
  name               = "weak"
  vpn_gateway_id     = azurerm_vpn_gateway.hub.id
  remote_vpn_site_id = "/subscriptions/x/vpnSites/s"
  vpn_link {
    name             = "one"
    vpn_site_link_id = "/subscriptions/x/vpnSites/s/links/1"
    shared_key       = "4-v3ry-53cr37-1p53c-5h4r3d-k3y"
    ipsec_policy {
      dh_group                 = "DHGroup2"
      ike_encryption_algorithm = "DES3"
      ike_integrity_algorithm  = "MD5"
      encryption_algorithm     = "DES"
      integrity_algorithm      = "MD5"
      pfs_group                = "None"
      sa_data_size_kb          = 102400000
      sa_lifetime_sec          = 27000
    }
  }
}

resource "azurerm_vpn_server_configuration" "people" {
  name                     = "people"
  location                 = "westeurope"
  resource_group_name      = "rg"
  vpn_authentication_types = ["AAD"]
  azure_active_directory_authentication {
    audience = "41b23e61-6c1e-4545-b367-cd054e0ed4b4"
    issuer   = "https://sts.windows.net/x/"
    tenant   = "https://login.microsoftonline.com/x"
  }
}

resource "azurerm_vpn_server_configuration" "certificates" {
  name                     = "certificates"
  location                 = "westeurope"
  resource_group_name      = "rg"
  vpn_authentication_types = ["Certificate"]
  radius {
    server {
      address = "10.0.0.9"
      secret  = "Geheim-9Kx2pQ7z"
      score   = 1
    }
  }
}

resource "azurerm_point_to_site_vpn_gateway" "guarded" {
  name                        = "guarded"
  location                    = "westeurope"
  resource_group_name         = "rg"
  virtual_hub_id              = azurerm_virtual_hub.guarded.id
  vpn_server_configuration_id = azurerm_vpn_server_configuration.people.id
  scale_unit                  = 1
  connection_configuration {
    name                      = "c"
    internet_security_enabled = true
    vpn_client_address_pool {
      address_prefixes = ["10.9.0.0/24"]
    }
  }
}

resource "azurerm_point_to_site_vpn_gateway" "plain" {
  name                        = "plain"
  location                    = "westeurope"
  resource_group_name         = "rg"
  virtual_hub_id              = azurerm_virtual_hub.plain.id
  vpn_server_configuration_id = azurerm_vpn_server_configuration.certificates.id
  scale_unit                  = 1
  connection_configuration {
    name = "c"
    vpn_client_address_pool {
      address_prefixes = ["10.9.1.0/24"]
    }
  }
}
