resource "azurerm_data_factory" "linked" {
  name                = "acme-linked"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_data_factory_linked_service_azure_blob_storage" "l" {
  name              = "azure_blob_storage"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_azure_databricks" "l" {
  name            = "azure_databricks"
  data_factory_id = azurerm_data_factory.linked.id
  adb_domain      = "https://acme.example"
  access_token    = "correct-horse-battery-9"
}

resource "azurerm_data_factory_linked_service_azure_file_storage" "l" {
  name              = "azure_file_storage"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_azure_function" "l" {
  name            = "azure_function"
  data_factory_id = azurerm_data_factory.linked.id
  url             = "https://acme.example"
  key             = "correct-horse-battery-9"
}

resource "azurerm_data_factory_linked_service_azure_search" "l" {
  name               = "azure_search"
  data_factory_id    = azurerm_data_factory.linked.id
  search_service_key = "correct-horse-battery-9"
  url                = "https://acme.example"
}

resource "azurerm_data_factory_linked_service_azure_sql_database" "l" {
  name              = "azure_sql_database"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_azure_table_storage" "l" {
  name              = "azure_table_storage"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_cosmosdb" "l" {
  name              = "cosmosdb"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_cosmosdb_mongoapi" "l" {
  name              = "cosmosdb_mongoapi"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_data_lake_storage_gen2" "l" {
  name                  = "data_lake_storage_gen2"
  data_factory_id       = azurerm_data_factory.linked.id
  url                   = "https://acme.example"
  service_principal_key = "correct-horse-battery-9"
}

resource "azurerm_data_factory_linked_service_kusto" "l" {
  name                  = "kusto"
  data_factory_id       = azurerm_data_factory.linked.id
  kusto_database_name   = "x"
  kusto_endpoint        = "https://acme.example"
  service_principal_key = "correct-horse-battery-9"
}

resource "azurerm_data_factory_linked_service_mysql" "l" {
  name              = "mysql"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_odata" "l" {
  name            = "odata"
  data_factory_id = azurerm_data_factory.linked.id
  url             = "https://acme.example"
  basic_authentication {
    username = "app"
    password = "correct-horse-battery-9"
  }
}

resource "azurerm_data_factory_linked_service_odbc" "l" {
  name              = "odbc"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_postgresql" "l" {
  name              = "postgresql"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_sftp" "l" {
  name                = "sftp"
  data_factory_id     = azurerm_data_factory.linked.id
  authentication_type = "x"
  host                = "x"
  port                = 22
  username            = "x"
  password            = "correct-horse-battery-9"
}

resource "azurerm_data_factory_linked_service_snowflake" "l" {
  name              = "snowflake"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_sql_server" "l" {
  name              = "sql_server"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_synapse" "l" {
  name              = "synapse"
  data_factory_id   = azurerm_data_factory.linked.id
  connection_string = "Server=db.acme.example;Uid=app;Pwd=correct-horse-battery-9;"
}

resource "azurerm_data_factory_linked_service_web" "l" {
  name                = "web"
  data_factory_id     = azurerm_data_factory.linked.id
  authentication_type = "x"
  url                 = "https://acme.example"
  password            = "correct-horse-battery-9"
}
