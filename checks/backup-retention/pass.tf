resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
  backup_retention_period     = 14
}

# Backed up at its source.
resource "aws_db_instance" "other_reader" {
  identifier          = "reader"
  replicate_source_db = aws_db_instance.orders.identifier
  instance_class      = "db.m6g.large"
}

resource "aws_rds_cluster" "ledger" {
  cluster_identifier          = "ledger"
  engine                      = "aurora-postgresql"
  master_username             = "ledger"
  manage_master_user_password = true
  backup_retention_period     = 7
}

resource "aws_docdb_cluster" "catalogue" {
  cluster_identifier      = "catalogue"
  backup_retention_period = 30
}

resource "aws_redshift_cluster" "warehouse" {
  cluster_identifier                  = "warehouse"
  node_type                           = "ra3.large"
  master_username                     = "loader"
  manage_master_password              = true
  automated_snapshot_retention_period = 7
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id     = "sessions"
  description              = "web sessions"
  snapshot_retention_limit = 7
}

resource "aws_elasticache_cluster" "other_member" {
  cluster_id           = "sessions-2"
  replication_group_id = aws_elasticache_replication_group.sessions.id
}
