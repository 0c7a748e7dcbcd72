resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
  backup_retention_period     = 0
}

resource "aws_rds_cluster" "ledger" {
  cluster_identifier          = "ledger"
  engine                      = "aurora-postgresql"
  master_username             = "ledger"
  manage_master_user_password = true
}

resource "aws_docdb_cluster" "catalogue" {
  cluster_identifier      = "catalogue"
  backup_retention_period = 2
}

resource "aws_neptune_cluster" "graph" {
  cluster_identifier = "graph"
}

resource "aws_redshift_cluster" "warehouse" {
  cluster_identifier                  = "warehouse"
  node_type                           = "ra3.large"
  master_username                     = "loader"
  manage_master_password              = true
  automated_snapshot_retention_period = 1
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "sessions"
  description          = "web sessions"
}
