resource "aws_docdb_subnet_group" "docs" {
  name       = "docs"
  subnet_ids = ["subnet-1", "subnet-2"]
}

resource "aws_docdb_cluster_parameter_group" "docs" {
  name   = "docs"
  family = "docdb5.0"
  parameter {
    name  = "tls"
    value = "enabled"
  }
}

resource "aws_docdb_cluster" "good" {
  cluster_identifier              = "docs"
  engine                          = "docdb"
  engine_version                  = "5.0.0"
  master_username                 = "docs_owner"
  manage_master_user_password     = true
  storage_encrypted               = true
  kms_key_id                      = "arn:aws:kms:eu-central-1:111122223333:key/1"
  backup_retention_period         = 14
  deletion_protection             = true
  enabled_cloudwatch_logs_exports = ["audit", "profiler"]
  preferred_maintenance_window    = "sun:03:00-sun:04:00"
  final_snapshot_identifier       = "docs-last"
}

resource "aws_docdb_cluster_instance" "good" {
  identifier                   = "docs-1"
  cluster_identifier           = aws_docdb_cluster.good.id
  instance_class               = "db.r6g.large"
  enable_performance_insights  = true
  preferred_maintenance_window = "sun:03:00-sun:04:00"
}

resource "aws_docdb_cluster" "bad" {
  cluster_identifier  = "old"
  master_username     = "admin"
  master_password     = "T0pS3cret-horse-battery"
  skip_final_snapshot = true
}

resource "aws_docdb_cluster_instance" "bad" {
  cluster_identifier = aws_docdb_cluster.bad.id
  instance_class     = "db.t3.medium"
}

resource "aws_docdb_global_cluster" "world" {
  global_cluster_identifier = "world"
  engine                    = "docdb"
  engine_version            = "5.0.0"
  storage_encrypted         = true
  deletion_protection       = true
}

resource "aws_docdb_global_cluster" "plain" {
  global_cluster_identifier = "plain"
}

resource "aws_docdb_cluster" "member" {
  cluster_identifier        = "member"
  global_cluster_identifier = aws_docdb_global_cluster.world.id
}

resource "aws_docdb_cluster_snapshot" "good" {
  db_cluster_identifier          = aws_docdb_cluster.good.id
  db_cluster_snapshot_identifier = "docs-1"
}

# as plan and state show them
resource "aws_docdb_cluster_snapshot" "known" {
  db_cluster_identifier          = "docs"
  db_cluster_snapshot_identifier = "docs-2"
  storage_encrypted              = true
}

resource "aws_docdb_cluster_snapshot" "plain" {
  db_cluster_identifier          = "old"
  db_cluster_snapshot_identifier = "old-1"
  storage_encrypted              = false
}

resource "aws_docdb_event_subscription" "on" {
  sns_topic_arn = "arn:aws:sns:eu-central-1:111122223333:db"
}

resource "aws_docdb_event_subscription" "off" {
  sns_topic_arn = "arn:aws:sns:eu-central-1:111122223333:db"
  enabled       = false
}

resource "aws_docdbelastic_cluster" "good" {
  name                         = "elastic"
  admin_user_name              = "elastic_owner"
  admin_user_password          = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:docs"
  auth_type                    = "SECRET_ARN"
  shard_capacity               = 2
  shard_count                  = 1
  backup_retention_period      = 7
  kms_key_id                   = "arn:aws:kms:eu-central-1:111122223333:key/1"
  preferred_maintenance_window = "sun:03:00-sun:04:00"
}

resource "aws_docdbelastic_cluster" "bad" {
  name                = "elastic-open"
  admin_user_name     = "admin"
  admin_user_password = "T0pS3cret-horse-battery"
  auth_type           = "PLAIN_TEXT"
  shard_capacity      = 2
  shard_count         = 1
}
