resource "aws_odb_network" "main" {
  display_name         = "main"
  availability_zone_id = "use1-az6"
  client_subnet_cidr   = "10.2.0.0/24"
  backup_subnet_cidr   = "10.2.1.0/24"
  s3_access            = "ENABLED"
  zero_etl_access      = "DISABLED"
  s3_policy_document   = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_odb_network_peering_connection" "main" {
  display_name    = "main"
  odb_network_id  = aws_odb_network.main.id
  peer_network_id = "vpc-1"
}

resource "aws_odb_cloud_exadata_infrastructure" "main" {
  display_name         = "main"
  shape                = "Exadata.X9M"
  availability_zone_id = "use1-az6"
  compute_count        = 2
  storage_count        = 3

  maintenance_window {
    preference                       = "CUSTOM_PREFERENCE"
    patching_mode                    = "ROLLING"
    custom_action_timeout_in_mins    = 16
    is_custom_action_timeout_enabled = true
  }
}

resource "aws_odb_cloud_exadata_infrastructure" "default" {
  display_name         = "default"
  shape                = "Exadata.X9M"
  availability_zone_id = "use1-az6"
}

resource "aws_odb_cloud_vm_cluster" "good" {
  display_name                    = "good"
  cloud_exadata_infrastructure_id = aws_odb_cloud_exadata_infrastructure.main.id
  odb_network_id                  = aws_odb_network.main.id
  cpu_core_count                  = 6
  gi_version                      = "23.0.0.0"
  hostname_prefix                 = "db"
  ssh_public_keys                 = ["ssh-rsa AAAA"]
  db_servers                      = ["server-1", "server-2"]
  data_storage_size_in_tbs        = 20
  is_local_backup_enabled         = true

  data_collection_options {
    is_diagnostics_events_enabled = true
    is_health_monitoring_enabled  = true
    is_incident_logs_enabled      = true
  }
}

resource "aws_odb_cloud_vm_cluster" "plain" {
  display_name                    = "plain"
  cloud_exadata_infrastructure_id = aws_odb_cloud_exadata_infrastructure.main.id
  odb_network_id                  = aws_odb_network.main.id
  cpu_core_count                  = 6
  gi_version                      = "23.0.0.0"
  hostname_prefix                 = "db"
  ssh_public_keys                 = ["ssh-rsa AAAA"]
  db_servers                      = ["server-1"]
  data_storage_size_in_tbs        = 20
}

resource "aws_odb_cloud_autonomous_vm_cluster" "mtls" {
  display_name                          = "mtls"
  cloud_exadata_infrastructure_id       = aws_odb_cloud_exadata_infrastructure.main.id
  odb_network_id                        = aws_odb_network.main.id
  autonomous_data_storage_size_in_tbs   = 5
  cpu_core_count_per_node               = 40
  db_servers                            = ["server-1"]
  memory_per_oracle_compute_unit_in_gbs = 2
  scan_listener_port_non_tls            = 1024
  scan_listener_port_tls                = 8561
  total_container_databases             = 1
  is_mtls_enabled_vm_cluster            = true
}

resource "aws_odb_cloud_autonomous_vm_cluster" "plain" {
  display_name                          = "plain"
  cloud_exadata_infrastructure_id       = aws_odb_cloud_exadata_infrastructure.main.id
  odb_network_id                        = aws_odb_network.main.id
  autonomous_data_storage_size_in_tbs   = 5
  cpu_core_count_per_node               = 40
  db_servers                            = ["server-1"]
  memory_per_oracle_compute_unit_in_gbs = 2
  scan_listener_port_non_tls            = 1024
  scan_listener_port_tls                = 8561
  total_container_databases             = 1
}
