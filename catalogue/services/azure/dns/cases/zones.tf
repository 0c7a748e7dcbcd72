resource "azurerm_dns_zone" "public" {
  name                = "example.com"
  resource_group_name = "rg"
}

resource "azurerm_private_dns_zone" "inside" {
  name                = "corp.example.com"
  resource_group_name = "rg"
}

resource "azurerm_private_dns_zone_virtual_network_link" "inside" {
  name                  = "inside"
  resource_group_name   = "rg"
  private_dns_zone_name = azurerm_private_dns_zone.inside.name
  virtual_network_id    = "/subscriptions/x/virtualNetworks/n"
}

resource "azurerm_private_dns_resolver" "inside" {
  name                = "inside"
  location            = "westeurope"
  resource_group_name = "rg"
  virtual_network_id  = "/subscriptions/x/virtualNetworks/n"
}

resource "azurerm_dns_a_record" "apex" {
  name                = "@"
  zone_name           = azurerm_dns_zone.public.name
  resource_group_name = "rg"
  ttl                 = 300
  target_resource_id  = "/subscriptions/x/publicIPAddresses/front"
}

resource "azurerm_dns_aaaa_record" "apex" {
  name                = "@"
  zone_name           = azurerm_dns_zone.public.name
  resource_group_name = "rg"
  ttl                 = 300
  target_resource_id  = "/subscriptions/x/publicIPAddresses/front6"
}

resource "azurerm_dns_cname_record" "www" {
  name                = "www"
  zone_name           = azurerm_dns_zone.public.name
  resource_group_name = "rg"
  ttl                 = 300
  record              = "app.azurewebsites.net"
}
