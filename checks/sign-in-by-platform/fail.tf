resource "azurerm_linux_web_app" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  site_config {
  }
}

resource "azurerm_linux_function_app" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  storage_account_name = "acct"
  storage_uses_managed_identity = true
  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = false
    login {}
  }
  site_config {
  }
}

resource "azurerm_windows_web_app" "c" {
  name                = "c"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  site_config {
  }
}
