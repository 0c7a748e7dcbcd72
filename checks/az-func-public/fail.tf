resource "azurerm_linux_function_app" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  storage_account_name = "acct"
  storage_uses_managed_identity = true
  site_config {
  }
}

resource "azurerm_function_app_function" "a" {
  name            = "a"
  function_app_id = azurerm_linux_function_app.a.id
  config_json = jsonencode({
    bindings = [{ authLevel = "anonymous", direction = "in", name = "req", type = "httpTrigger" }]
  })
}
