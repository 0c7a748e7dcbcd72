resource "azurerm_linux_web_app" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  site_config {
    minimum_tls_version = "1.2"
  }
}

resource "azurerm_linux_function_app" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  storage_account_name = "acct"
  storage_uses_managed_identity = true
  site_config {
    minimum_tls_version = "1.3"
  }
}
