variable "identities" {
  type = list(string)
}
resource "azurerm_linux_web_app" "shop" {
  name                = "shop"
  resource_group_name = "shop"
  location            = "westeurope"
  service_plan_id     = "plan"
  dynamic "identity" {
    for_each = var.identities
    content {
      type = identity.value
    }
  }
  site_config {}
}
