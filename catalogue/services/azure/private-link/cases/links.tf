resource "azurerm_private_endpoint" "blob" {
  name                = "blob"
  location            = "westeurope"
  resource_group_name = "rg"
  subnet_id           = "/subscriptions/x/subnets/endpoints"
  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = "/subscriptions/x/storageAccounts/acct"
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }
  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = ["/subscriptions/x/privateDnsZones/privatelink.blob.core.windows.net"]
  }
}

resource "azurerm_private_link_service" "careful" {
  name                = "careful"
  location            = "westeurope"
  resource_group_name = "rg"
  load_balancer_frontend_ip_configuration_ids = ["/subscriptions/x/lb/front"]
  visibility_subscription_ids = ["00000000-0000-0000-0000-000000000001"]
  nat_ip_configuration {
    name      = "primary"
    primary   = true
    subnet_id = "/subscriptions/x/subnets/pls"
  }
}

resource "azurerm_private_link_service" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  load_balancer_frontend_ip_configuration_ids = ["/subscriptions/x/lb/front"]
  visibility_subscription_ids    = ["*"]
  auto_approval_subscription_ids = ["00000000-0000-0000-0000-000000000001"]
  nat_ip_configuration {
    name      = "primary"
    primary   = true
    subnet_id = "/subscriptions/x/subnets/pls"
  }
}
