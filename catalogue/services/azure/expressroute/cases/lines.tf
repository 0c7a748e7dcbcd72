resource "azurerm_express_route_circuit" "line" {
  name                  = "line"
  location              = "westeurope"
  resource_group_name   = "rg"
  service_provider_name = "Equinix"
  peering_location      = "Amsterdam"
  bandwidth_in_mbps     = 50
  sku {
    tier   = "Standard"
    family = "MeteredData"
  }
}

resource "azurerm_express_route_circuit" "second" {
  name                  = "second"
  location              = "westeurope"
  resource_group_name   = "rg"
  service_provider_name = "Equinix"
  peering_location      = "Amsterdam"
  bandwidth_in_mbps     = 50
  sku {
    tier   = "Standard"
    family = "MeteredData"
  }
}

resource "azurerm_express_route_circuit_peering" "keyed" {
  peering_type                  = "AzurePrivatePeering"
  express_route_circuit_name    = azurerm_express_route_circuit.line.name
  resource_group_name           = "rg"
  vlan_id                       = 100
  primary_peer_address_prefix   = "192.168.1.0/30"
  secondary_peer_address_prefix = "192.168.2.0/30"
  shared_key                    = "hA7kQ2mZx9"
}

resource "azurerm_express_route_circuit_peering" "open" {
  peering_type                  = "AzurePrivatePeering"
  express_route_circuit_name    = azurerm_express_route_circuit.second.name
  resource_group_name           = "rg"
  vlan_id                       = 100
  primary_peer_address_prefix   = "192.168.1.0/30"
  secondary_peer_address_prefix = "192.168.2.0/30"
}

resource "azurerm_express_route_port" "macsec" {
  name                = "macsec"
  location            = "westeurope"
  resource_group_name = "rg"
  peering_location    = "Amsterdam"
  bandwidth_in_gbps   = 10
  encapsulation       = "Dot1Q"
  link1 {
    admin_enabled                 = true
    macsec_cak_keyvault_secret_id = "https://v.vault.azure.net/secrets/cak/1"
    macsec_ckn_keyvault_secret_id = "https://v.vault.azure.net/secrets/ckn/1"
  }
  link2 {
    admin_enabled                 = true
    macsec_cak_keyvault_secret_id = "https://v.vault.azure.net/secrets/cak/1"
    macsec_ckn_keyvault_secret_id = "https://v.vault.azure.net/secrets/ckn/1"
  }
}

resource "azurerm_express_route_port" "clear" {
  name                = "clear"
  location            = "westeurope"
  resource_group_name = "rg"
  peering_location    = "Amsterdam"
  bandwidth_in_gbps   = 10
  encapsulation       = "Dot1Q"
}

resource "azurerm_express_route_gateway" "hub" {
  name                = "hub"
  location            = "westeurope"
  resource_group_name = "rg"
  virtual_hub_id      = "/subscriptions/x/virtualHubs/h"
  scale_units         = 1
}

resource "azurerm_express_route_connection" "filtered" {
  name                             = "filtered"
  express_route_gateway_id         = azurerm_express_route_gateway.hub.id
  express_route_circuit_peering_id = azurerm_express_route_circuit_peering.keyed.id
  enable_internet_security         = true
}

resource "azurerm_express_route_connection" "plain" {
  name                             = "plain"
  express_route_gateway_id         = azurerm_express_route_gateway.hub.id
  express_route_circuit_peering_id = azurerm_express_route_circuit_peering.open.id
}
