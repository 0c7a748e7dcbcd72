resource "azurerm_linux_web_app" "shop" {
  name                = "shop"
  resource_group_name = "shop"
  location            = "westeurope"
  service_plan_id     = "plan"
  site_config {}
}
resource "azurerm_windows_function_app" "orders" {
  name                = "orders"
  resource_group_name = "shop"
  location            = "westeurope"
  service_plan_id     = "plan"
  site_config {}
}
