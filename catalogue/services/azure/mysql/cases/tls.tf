# Which versions of TLS a server speaks, by its parameter.
resource "azurerm_mysql_flexible_server" "older" {
  name                = "acme-older"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "8.0.21"
}

resource "azurerm_mysql_flexible_server_configuration" "older" {
  name                = "tls_version"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_flexible_server.older.name
  value               = "TLSv1.1,TLSv1.2"
}

resource "azurerm_mysql_flexible_server" "usual" {
  name                = "acme-usual"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "8.0.21"
}

resource "azurerm_mysql_flexible_server_configuration" "usual" {
  name                = "tls_version"
  resource_group_name = "acme"
  server_name         = azurerm_mysql_flexible_server.usual.name
  value               = "TLSv1.2,TLSv1.3"
}
