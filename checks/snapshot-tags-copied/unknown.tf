variable "copy" {
  type = bool
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
  copy_tags_to_snapshot       = var.copy
}

resource "aws_neptune_cluster" "graph" {
  cluster_identifier    = "graph"
  copy_tags_to_snapshot = var.copy
}

resource "aws_rds_cluster" "ledger" {
  cluster_identifier          = "ledger"
  engine                      = "aurora-postgresql"
  master_username             = "ledger"
  manage_master_user_password = true
  copy_tags_to_snapshot       = var.copy
}
