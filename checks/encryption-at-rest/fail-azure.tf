resource "azurerm_mssql_database" "plain" {
  name                                = "plain"
  server_id                           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Sql/servers/acme"
  transparent_data_encryption_enabled = false
}
