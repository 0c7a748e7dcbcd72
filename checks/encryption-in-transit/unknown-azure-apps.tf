variable "tls" {
  type = bool
}

resource "azurerm_linux_web_app" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  https_only          = var.tls
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
  https_only          = var.tls
  site_config {
  }
}
