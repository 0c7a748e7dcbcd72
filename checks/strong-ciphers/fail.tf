resource "azurerm_virtual_network_gateway_connection" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  type                       = "Vnet2Vnet"
  virtual_network_gateway_id = "/subscriptions/x/gw"
  ipsec_policy {
    dh_group         = "DHGroup2"
    ike_encryption   = "AES256"
    ike_integrity    = "SHA384"
    ipsec_encryption = "GCMAES256"
    ipsec_integrity  = "GCMAES256"
    pfs_group        = "ECP384"
  }
}

resource "azurerm_api_management" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  publisher_name      = "us"
  publisher_email     = "us@example.com"
  sku_name            = "Premium_1"
  security {
    triple_des_ciphers_enabled = true
  }
}

resource "azurerm_active_directory_domain_service" "c" {
  name                = "c"
  location            = "westeurope"
  resource_group_name = "rg"
  domain_name         = "corp.example.com"
  sku                 = "Enterprise"
  initial_replica_set {
    subnet_id = "/subscriptions/x/subnets/aadds"
  }
  security {
    ntlm_v1_enabled = true
  }
}
