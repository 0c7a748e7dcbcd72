variable "partners" {
  type = list(string)
}

resource "aws_db_snapshot" "before_upgrade" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "before-upgrade"
  shared_accounts        = var.partners
}

resource "aws_db_cluster_snapshot" "before_upgrade" {
  db_cluster_identifier          = "orders"
  db_cluster_snapshot_identifier = "before-upgrade"
  shared_accounts                = var.partners
}

resource "aws_ssm_document" "restart" {
  name          = "restart"
  document_type = "Command"
  content       = jsonencode({ schemaVersion = "2.2", mainSteps = [] })
  permissions = {
    type        = "Share"
    account_ids = join(",", var.partners)
  }
}
