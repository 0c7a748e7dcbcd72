resource "azurerm_cdn_frontdoor_firewall_policy" "b" {
  name                = "b"
  resource_group_name = "rg"
  sku_name            = "Premium_AzureFrontDoor"
  mode                = "Prevention"
}

resource "azurerm_frontdoor_firewall_policy" "c" {
  name                = "c"
  resource_group_name = "rg"
  mode                = "Prevention"
}
