variable "setting" {}

resource "azurerm_mssql_database" "open" {
  name                                = "open"
  server_id                           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Sql/servers/acme"
  transparent_data_encryption_enabled = var.setting
}
