resource "azurerm_search_service" "good" {
  name                                     = "acme-good"
  resource_group_name                      = "acme"
  location                                 = "westeurope"
  sku                                      = "standard"
  public_network_access_enabled            = false
  local_authentication_enabled             = false
  customer_managed_key_enforcement_enabled = true
  allowed_ips                              = ["192.0.2.0/24"]
  replica_count                            = 3
}

resource "azurerm_search_service" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "basic"
}
