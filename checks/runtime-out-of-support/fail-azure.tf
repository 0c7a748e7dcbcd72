resource "azurerm_linux_function_app" "orders" {
  name                 = "orders"
  resource_group_name  = "shop"
  location             = "westeurope"
  service_plan_id      = "/subscriptions/s/resourceGroups/shop/providers/Microsoft.Web/serverFarms/plan"
  storage_account_name = "orders"
  https_only           = true
  site_config {
    application_stack {
      python_version = "3.9"
    }
  }
}

resource "azurerm_windows_function_app" "mails" {
  name                 = "mails"
  resource_group_name  = "shop"
  location             = "westeurope"
  service_plan_id      = "/subscriptions/s/resourceGroups/shop/providers/Microsoft.Web/serverFarms/plan"
  storage_account_name = "mails"
  site_config {
    application_stack {
      node_version = "~18"
    }
  }
}
