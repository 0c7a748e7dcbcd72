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
    bindings = [{ authLevel = "function", direction = "in", name = "req", type = "httpTrigger" }]
  })
}

resource "azurerm_linux_function_app" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  storage_account_name = "acct"
  storage_uses_managed_identity = true
  public_network_access_enabled = false
  site_config {
  }
}

resource "azurerm_function_app_function" "b" {
  name            = "b"
  function_app_id = azurerm_linux_function_app.b.id
  config_json = jsonencode({
    bindings = [{ authLevel = "anonymous", direction = "in", name = "req", type = "httpTrigger" }]
  })
}

resource "azurerm_linux_function_app" "c" {
  name                = "c"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  storage_account_name = "acct"
  storage_uses_managed_identity = true
  site_config {
    ip_restriction_default_action = "Deny"
    ip_restriction {
      ip_address = "192.0.2.0/24"
    }
  }
}

resource "azurerm_function_app_function" "c" {
  name            = "c"
  function_app_id = azurerm_linux_function_app.c.id
  config_json = jsonencode({
    bindings = [{ authLevel = "anonymous", direction = "in", name = "req", type = "httpTrigger" }]
  })
}
