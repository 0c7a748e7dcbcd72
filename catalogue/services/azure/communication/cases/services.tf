resource "azurerm_communication_service" "acme" {
  name                = "acme"
  resource_group_name = "acme"
  data_location       = "Europe"
}

resource "azurerm_email_communication_service" "acme" {
  name                = "acme-mail"
  resource_group_name = "acme"
  data_location       = "Europe"
}

resource "azurerm_email_communication_service_domain" "acme" {
  name              = "AzureManagedDomain"
  email_service_id  = azurerm_email_communication_service.acme.id
  domain_management = "AzureManaged"
}

resource "azurerm_communication_service_email_domain_association" "acme" {
  communication_service_id = azurerm_communication_service.acme.id
  email_service_domain_id  = azurerm_email_communication_service_domain.acme.id
}
