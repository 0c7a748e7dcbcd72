resource "azurerm_linux_web_app" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  identity {
    type = "SystemAssigned"
  }
  site_config {
  }
}

resource "azurerm_role_assignment" "owner" {
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_name = "Owner"
  principal_id         = azurerm_linux_web_app.a.identity[0].principal_id
}
