resource "mongodbatlas_serverless_instance" "kept" {
  project_id                              = "5f0000000000000000000001"
  name                                    = "kept"
  provider_settings_backing_provider_name = "AWS"
  provider_settings_provider_name         = "SERVERLESS"
  provider_settings_region_name           = "EU_WEST_1"
  continuous_backup_enabled               = true
  termination_protection_enabled          = true
}

resource "mongodbatlas_serverless_instance" "loose" {
  project_id                              = "5f0000000000000000000001"
  name                                    = "loose"
  provider_settings_backing_provider_name = "AWS"
  provider_settings_provider_name         = "SERVERLESS"
  provider_settings_region_name           = "EU_WEST_1"
}

resource "mongodbatlas_search_deployment" "main" {
  project_id   = "5f0000000000000000000001"
  cluster_name = "orders"
  specs = [{
    instance_size = "S20_HIGHCPU_NVME"
    node_count    = 2
  }]
}

resource "mongodbatlas_federated_database_instance" "checked" {
  project_id = "5f0000000000000000000001"
  name       = "checked"
  storage_stores {
    name     = "s3"
    provider = "s3"
    bucket   = "exports"
  }
}

resource "mongodbatlas_federated_database_instance" "unchecked" {
  project_id = "5f0000000000000000000001"
  name       = "unchecked"
  storage_stores {
    name           = "http"
    provider       = "http"
    allow_insecure = true
  }
}

resource "mongodbatlas_online_archive" "ending" {
  project_id   = "5f0000000000000000000001"
  cluster_name = "orders"
  db_name      = "shop"
  coll_name    = "orders"
  criteria {
    type              = "DATE"
    date_field        = "created"
    expire_after_days = 30
  }
  data_expiration_rule {
    expire_after_days = 400
  }
}

resource "mongodbatlas_online_archive" "endless" {
  project_id   = "5f0000000000000000000001"
  cluster_name = "orders"
  db_name      = "shop"
  coll_name    = "events"
  criteria {
    type              = "DATE"
    date_field        = "created"
    expire_after_days = 30
  }
}

resource "mongodbatlas_cloud_backup_snapshot" "before" {
  project_id        = "5f0000000000000000000001"
  cluster_name      = "orders"
  description       = "before the move"
  retention_in_days = 14
}

resource "mongodbatlas_stream_instance" "main" {
  project_id    = "5f0000000000000000000001"
  instance_name = "main"
  data_process_region = {
    cloud_provider = "AWS"
    region         = "DUBLIN_IRL"
  }
}

resource "mongodbatlas_stream_workspace" "main" {
  project_id     = "5f0000000000000000000001"
  workspace_name = "new"
  data_process_region = {
    cloud_provider = "AWS"
    region         = "DUBLIN_IRL"
  }
}

resource "mongodbatlas_stream_connection" "private" {
  project_id        = "5f0000000000000000000001"
  instance_name     = "main"
  connection_name   = "kafka"
  type              = "Kafka"
  bootstrap_servers = "kafka.rootstock.example:9093"
  security = {
    protocol = "SASL_SSL"
  }
  networking = {
    access = {
      type = "VPC"
    }
  }
}

resource "mongodbatlas_stream_connection" "plain" {
  project_id        = "5f0000000000000000000001"
  instance_name     = "main"
  connection_name   = "old"
  type              = "Kafka"
  bootstrap_servers = "kafka.rootstock.example:9092"
  security = {
    protocol = "SASL_PLAINTEXT"
  }
}

resource "mongodbatlas_third_party_integration" "pager" {
  project_id  = "5f0000000000000000000001"
  type        = "PAGER_DUTY"
  service_key = var.pager_key
}

variable "pager_key" {}

resource "mongodbatlas_log_integration" "audit" {
  project_id = "5f0000000000000000000001"
  type       = "SPLUNK_LOG_EXPORT"
  log_types  = ["MONGOD_AUDIT"]
  hec_token  = var.pager_key
}

resource "mongodbatlas_push_based_log_export" "main" {
  project_id  = "5f0000000000000000000001"
  bucket_name = "atlas-logs"
  iam_role_id = "5f0000000000000000000009"
}

resource "mongodbatlas_network_container" "main" {
  project_id       = "5f0000000000000000000001"
  atlas_cidr_block = "10.8.0.0/21"
  provider_name    = "AWS"
  region_name      = "EU_WEST_1"
}

resource "mongodbatlas_network_peering" "main" {
  project_id             = "5f0000000000000000000001"
  container_id           = mongodbatlas_network_container.main.container_id
  provider_name          = "AWS"
  route_table_cidr_block = "10.0.0.0/16"
}

resource "mongodbatlas_privatelink_endpoint" "main" {
  project_id    = "5f0000000000000000000001"
  provider_name = "AWS"
  region        = "eu-west-1"
}

resource "mongodbatlas_privatelink_endpoint_serverless" "main" {
  project_id    = "5f0000000000000000000001"
  instance_name = "kept"
  provider_name = "AWS"
}

resource "mongodbatlas_encryption_at_rest_private_endpoint" "main" {
  project_id     = "5f0000000000000000000001"
  cloud_provider = "AZURE"
  region_name    = "EUROPE_NORTH"
}

resource "mongodbatlas_stream_privatelink_endpoint" "main" {
  project_id    = "5f0000000000000000000001"
  provider_name = "AWS"
  vendor        = "CONFLUENT"
}
