resource "azurerm_workloads_sap_single_node_virtual_instance" "inside" {
  name                = "inside"
  location            = "westeurope"
  resource_group_name = "rg"
  environment         = "NonProd"
  sap_product         = "S4HANA"
  managed_resources_network_access_type = "Private"
  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/x/identity"]
  }
}

resource "azurerm_workloads_sap_single_node_virtual_instance" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
  environment         = "NonProd"
  sap_product         = "S4HANA"
}

resource "azurerm_workloads_sap_three_tier_virtual_instance" "inside" {
  name                = "inside"
  location            = "westeurope"
  resource_group_name = "rg"
  environment         = "NonProd"
  sap_product         = "S4HANA"
  managed_resources_network_access_type = "Private"
  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/x/identity"]
  }
}

resource "azurerm_workloads_sap_three_tier_virtual_instance" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
  environment         = "NonProd"
  sap_product         = "S4HANA"
}

resource "azurerm_workloads_sap_discovery_virtual_instance" "inside" {
  name                = "inside"
  location            = "westeurope"
  resource_group_name = "rg"
  environment         = "NonProd"
  sap_product         = "S4HANA"
  managed_resources_network_access_type = "Private"
  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/x/identity"]
  }
}

resource "azurerm_workloads_sap_discovery_virtual_instance" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
  environment         = "NonProd"
  sap_product         = "S4HANA"
}
