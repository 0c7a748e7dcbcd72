resource "azurerm_iotcentral_application" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  sub_domain                    = "acme-good"
  public_network_access_enabled = false
}

resource "azurerm_iotcentral_application" "listed" {
  name                = "acme-listed"
  resource_group_name = "acme"
  location            = "westeurope"
  sub_domain          = "acme-listed"
}

resource "azurerm_iotcentral_application_network_rule_set" "listed" {
  iotcentral_application_id = azurerm_iotcentral_application.listed.id
  ip_rule {
    name    = "office"
    ip_mask = "192.0.2.0/24"
  }
}

resource "azurerm_iotcentral_application" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sub_domain          = "acme-open"
}

resource "azurerm_iotcentral_application_network_rule_set" "open" {
  iotcentral_application_id = azurerm_iotcentral_application.open.id
  default_action            = "Allow"
}
