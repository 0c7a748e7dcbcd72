resource "azurerm_mssql_server" "bills" {
  name                = "acme-bills"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
  azuread_administrator {
    login_username = "dba"
    object_id      = "11111111-1111-1111-1111-111111111111"
  }
}

resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "acme-orders"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "17"
  authentication {
    active_directory_auth_enabled = true
  }
}
