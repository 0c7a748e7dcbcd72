resource "azurerm_sql_server" "good" {
  name                         = "acme-good"
  resource_group_name          = "acme"
  location                     = "westeurope"
  version                      = "12.0"
  administrator_login          = "acmedba"
  administrator_login_password = "correct-horse-battery-9"
  extended_auditing_policy {
    storage_endpoint  = "https://acmelogs.blob.core.windows.net/"
    retention_in_days = 120
  }
  threat_detection_policy {
    state = "Enabled"
  }
}

resource "azurerm_sql_active_directory_administrator" "good" {
  server_name         = azurerm_sql_server.good.name
  resource_group_name = "acme"
  login               = "dba"
  tenant_id           = "00000000-0000-0000-0000-000000000000"
  object_id           = "11111111-1111-1111-1111-111111111111"
}

resource "azurerm_sql_virtual_network_rule" "app" {
  name                = "app"
  resource_group_name = "acme"
  server_name         = azurerm_sql_server.good.name
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/app"
}

resource "azurerm_sql_database" "good" {
  name                = "orders"
  resource_group_name = "acme"
  location            = "westeurope"
  server_name         = azurerm_sql_server.good.name
  zone_redundant      = true
  threat_detection_policy {
    state = "Enabled"
  }
}

resource "azurerm_sql_server" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_sql_firewall_rule" "azure" {
  name                = "azure"
  resource_group_name = "acme"
  server_name         = azurerm_sql_server.open.name
  start_ip_address    = "0.0.0.0"
  end_ip_address      = "0.0.0.0"
}

resource "azurerm_sql_database" "bare" {
  name                = "bare"
  resource_group_name = "acme"
  location            = "westeurope"
  server_name         = azurerm_sql_server.open.name
}
