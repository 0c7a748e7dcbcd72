resource "azurerm_palo_alto_next_generation_firewall_virtual_network_local_rulestack" "fw" {
  name                = "fw"
  resource_group_name = "rg"
  rulestack_id        = azurerm_palo_alto_local_rulestack.guarded.id
  network_profile {
    public_ip_address_ids = ["/subscriptions/x/publicIPAddresses/fw"]
    vnet_configuration {
      virtual_network_id = "/subscriptions/x/virtualNetworks/n"
    }
  }
}

resource "azurerm_palo_alto_next_generation_firewall_virtual_network_panorama" "fw" {
  name                = "fw"
  location            = "westeurope"
  resource_group_name = "rg"
  panorama_base64_config = "e30="
  network_profile {
    public_ip_address_ids = ["/subscriptions/x/publicIPAddresses/fw"]
    vnet_configuration {
      virtual_network_id = "/subscriptions/x/virtualNetworks/n"
    }
  }
}

resource "azurerm_palo_alto_next_generation_firewall_virtual_network_strata_cloud_manager" "fw" {
  name                = "fw"
  location            = "westeurope"
  resource_group_name = "rg"
  strata_cloud_manager_tenant_name = "t"
  network_profile {
    public_ip_address_ids = ["/subscriptions/x/publicIPAddresses/fw"]
    vnet_configuration {
      virtual_network_id = "/subscriptions/x/virtualNetworks/n"
    }
  }
}

resource "azurerm_palo_alto_next_generation_firewall_virtual_hub_local_rulestack" "fw" {
  name                = "fw"
  resource_group_name = "rg"
  rulestack_id        = azurerm_palo_alto_local_rulestack.guarded.id
  network_profile {
    public_ip_address_ids        = ["/subscriptions/x/publicIPAddresses/fw"]
    virtual_hub_id               = "/subscriptions/x/virtualHubs/h"
    network_virtual_appliance_id = "/subscriptions/x/appliances/a"
  }
}

resource "azurerm_palo_alto_next_generation_firewall_virtual_hub_panorama" "fw" {
  name                = "fw"
  location            = "westeurope"
  resource_group_name = "rg"
  panorama_base64_config = "e30="
  network_profile {
    public_ip_address_ids        = ["/subscriptions/x/publicIPAddresses/fw"]
    virtual_hub_id               = "/subscriptions/x/virtualHubs/h"
    network_virtual_appliance_id = "/subscriptions/x/appliances/a"
  }
}

resource "azurerm_palo_alto_next_generation_firewall_virtual_hub_strata_cloud_manager" "fw" {
  name                = "fw"
  location            = "westeurope"
  resource_group_name = "rg"
  strata_cloud_manager_tenant_name = "t"
  network_profile {
    public_ip_address_ids        = ["/subscriptions/x/publicIPAddresses/fw"]
    virtual_hub_id               = "/subscriptions/x/virtualHubs/h"
    network_virtual_appliance_id = "/subscriptions/x/appliances/a"
  }
}

resource "azurerm_palo_alto_local_rulestack" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_palo_alto_local_rulestack" "empty" {
  name                  = "empty"
  location              = "westeurope"
  resource_group_name   = "rg"
  vulnerability_profile = "None"
}

resource "azurerm_palo_alto_local_rulestack_rule" "web" {
  name         = "web"
  rulestack_id = azurerm_palo_alto_local_rulestack.guarded.id
  priority     = 1
  action       = "Allow"
  applications = ["any"]
  source {
    cidrs = ["10.0.0.0/8"]
  }
  destination {
    cidrs = ["any"]
  }
}
