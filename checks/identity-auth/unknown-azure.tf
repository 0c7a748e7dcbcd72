variable "setting" {}

resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "17"
  authentication {
    active_directory_auth_enabled = var.setting
  }
}
