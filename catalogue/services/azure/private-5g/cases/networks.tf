resource "azurerm_mobile_network_packet_core_control_plane" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "G0"
  site_ids            = ["/subscriptions/x/sites/s"]
  software_version    = "2408.0-1"
  local_diagnostics_access {
    authentication_type = "AAD"
  }
}

resource "azurerm_mobile_network_packet_core_control_plane" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "G0"
  site_ids            = ["/subscriptions/x/sites/s"]
  local_diagnostics_access {
    authentication_type = "Password"
  }
}

resource "azurerm_mobile_network_sim_group" "keyed" {
  name               = "keyed"
  location           = "westeurope"
  mobile_network_id  = "/subscriptions/x/mobileNetworks/m"
  encryption_key_url = "https://v.vault.azure.net/keys/sims/1"
}

resource "azurerm_mobile_network_sim_group" "plain" {
  name              = "plain"
  location          = "westeurope"
  mobile_network_id = "/subscriptions/x/mobileNetworks/m"
}

resource "azurerm_mobile_network_sim" "one" {
  name                                     = "one"
  mobile_network_sim_group_id              = azurerm_mobile_network_sim_group.keyed.id
  authentication_key                       = "00000000000000000000000000000000"
  integrated_circuit_card_identifier       = "8900000000000000000"
  international_mobile_subscriber_identity = "000000000000000"
  operator_key_code                        = "00000000000000000000000000000000"
}
