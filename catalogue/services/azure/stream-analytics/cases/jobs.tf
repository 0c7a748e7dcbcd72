resource "azurerm_stream_analytics_job" "good" {
  name                 = "acme-good"
  resource_group_name  = "acme"
  location             = "westeurope"
  transformation_query = "SELECT * INTO out FROM in"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_stream_analytics_job" "open" {
  name                        = "acme-open"
  resource_group_name         = "acme"
  location                    = "westeurope"
  transformation_query        = "SELECT * INTO out FROM in"
  stream_analytics_cluster_id = azurerm_stream_analytics_cluster.own.id
  content_storage_policy      = "JobStorageAccount"
  job_storage_account {
    account_name = "acme"
    account_key  = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  }
}

resource "azurerm_stream_analytics_job_storage_account" "good" {
  stream_analytics_job_id = azurerm_stream_analytics_job.good.id
  authentication_mode     = "ConnectionString"
  storage_account_name    = "acme"
  storage_account_key     = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
}

resource "azurerm_stream_analytics_cluster" "own" {
  name                = "acme"
  resource_group_name = "acme"
  location            = "westeurope"
  streaming_capacity  = 36
}

resource "azurerm_stream_analytics_output_blob" "x" {
  name                      = "output_blob"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  date_format               = "x"
  path_pattern              = "x"
  storage_account_name      = "x"
  storage_container_name    = "x"
  time_format               = "x"
  storage_account_key       = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  serialization {
    type     = "Json"
    encoding = "UTF8"
  }
}

resource "azurerm_stream_analytics_output_cosmosdb" "x" {
  name                     = "output_cosmosdb"
  stream_analytics_job_id  = azurerm_stream_analytics_job.good.id
  container_name           = "x"
  cosmosdb_account_key     = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  cosmosdb_sql_database_id = "x"
}

resource "azurerm_stream_analytics_output_eventhub" "x" {
  name                      = "output_eventhub"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  eventhub_name             = "x"
  servicebus_namespace      = "x"
  shared_access_policy_key  = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  serialization {
    type     = "Json"
    encoding = "UTF8"
  }
}

resource "azurerm_stream_analytics_output_function" "x" {
  name                      = "output_function"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  api_key                   = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  function_app              = "x"
  function_name             = "x"
}

resource "azurerm_stream_analytics_output_mssql" "x" {
  name                      = "output_mssql"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  database                  = "x"
  server                    = "x"
  table                     = "x"
  password                  = "correct-horse-battery-9"
}

resource "azurerm_stream_analytics_output_powerbi" "x" {
  name                    = "output_powerbi"
  stream_analytics_job_id = azurerm_stream_analytics_job.good.id
  dataset                 = "x"
  group_id                = "x"
  group_name              = "x"
  table                   = "x"
}

resource "azurerm_stream_analytics_output_servicebus_queue" "x" {
  name                      = "output_servicebus_queue"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  queue_name                = "x"
  servicebus_namespace      = "x"
  shared_access_policy_key  = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  serialization {
    type     = "Json"
    encoding = "UTF8"
  }
}

resource "azurerm_stream_analytics_output_servicebus_topic" "x" {
  name                      = "output_servicebus_topic"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  servicebus_namespace      = "x"
  topic_name                = "x"
  shared_access_policy_key  = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  serialization {
    type     = "Json"
    encoding = "UTF8"
  }
}

resource "azurerm_stream_analytics_output_synapse" "x" {
  name                      = "output_synapse"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  database                  = "x"
  password                  = "correct-horse-battery-9"
  server                    = "x"
  table                     = "x"
  user                      = "x"
}

resource "azurerm_stream_analytics_output_table" "x" {
  name                      = "output_table"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  batch_size                = 1
  partition_key             = "x"
  row_key                   = "x"
  storage_account_key       = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  storage_account_name      = "x"
  table                     = "x"
}

resource "azurerm_stream_analytics_reference_input_blob" "x" {
  name                      = "reference_input_blob"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  date_format               = "x"
  path_pattern              = "x"
  storage_account_name      = "x"
  storage_container_name    = "x"
  time_format               = "x"
  storage_account_key       = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  serialization {
    type     = "Json"
    encoding = "UTF8"
  }
}

resource "azurerm_stream_analytics_reference_input_mssql" "x" {
  name                      = "reference_input_mssql"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  database                  = "x"
  full_snapshot_query       = "x"
  password                  = "correct-horse-battery-9"
  refresh_type              = "x"
  server                    = "x"
  username                  = "x"
}

resource "azurerm_stream_analytics_stream_input_blob" "x" {
  name                      = "stream_input_blob"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  date_format               = "x"
  path_pattern              = "x"
  storage_account_key       = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  storage_account_name      = "x"
  storage_container_name    = "x"
  time_format               = "x"
  serialization {
    type     = "Json"
    encoding = "UTF8"
  }
}

resource "azurerm_stream_analytics_stream_input_eventhub" "x" {
  name                      = "stream_input_eventhub"
  resource_group_name       = "acme"
  stream_analytics_job_name = azurerm_stream_analytics_job.good.name
  eventhub_name             = "x"
  servicebus_namespace      = "x"
  shared_access_policy_key  = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  serialization {
    type     = "Json"
    encoding = "UTF8"
  }
}

resource "azurerm_stream_analytics_stream_input_eventhub_v2" "x" {
  name                     = "stream_input_eventhub_v2"
  stream_analytics_job_id  = azurerm_stream_analytics_job.good.id
  eventhub_name            = "x"
  servicebus_namespace     = "x"
  shared_access_policy_key = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  serialization {
    type     = "Json"
    encoding = "UTF8"
  }
}

resource "azurerm_stream_analytics_stream_input_iothub" "x" {
  name                         = "stream_input_iothub"
  resource_group_name          = "acme"
  stream_analytics_job_name    = azurerm_stream_analytics_job.good.name
  endpoint                     = "x"
  eventhub_consumer_group_name = "x"
  iothub_namespace             = "x"
  shared_access_policy_key     = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
  shared_access_policy_name    = "x"
  serialization {
    type     = "Json"
    encoding = "UTF8"
  }
}
