resource "google_oracle_database_autonomous_database" "good" {
  autonomous_database_id = "adb"
  properties {
    db_workload = "OLTP"
    license_type = "LICENSE_INCLUDED"
    backup_retention_period_days = 30
  }
}

resource "google_oracle_database_autonomous_database" "bad" {
  autonomous_database_id = "lab"
  deletion_protection = false
  admin_password = "Tr0ub4dor-and-3-more"
  properties {
    db_workload = "OLTP"
    license_type = "LICENSE_INCLUDED"
    mtls_connection_required = false
  }
}

resource "google_oracle_database_cloud_vm_cluster" "good" {
  cloud_vm_cluster_id = "vm"
  exadata_infrastructure = google_oracle_database_cloud_exadata_infrastructure.good.id
}

resource "google_oracle_database_cloud_vm_cluster" "bad" {
  cloud_vm_cluster_id = "lab"
  exadata_infrastructure = google_oracle_database_cloud_exadata_infrastructure.good.id
  deletion_protection = false
}

resource "google_oracle_database_cloud_exadata_infrastructure" "good" {
  cloud_exadata_infrastructure_id = "exa"
}

resource "google_oracle_database_cloud_exadata_infrastructure" "bad" {
  cloud_exadata_infrastructure_id = "lab"
  deletion_protection = false
}

resource "google_oracle_database_odb_network" "good" {
  odb_network_id = "odb"
  network = "main"
}

resource "google_oracle_database_odb_subnet" "good" {
  odb_subnet_id = "clients"
  odbnetwork = google_oracle_database_odb_network.good.id
  cidr_range = "10.1.1.0/24"
  purpose = "CLIENT_SUBNET"
}
