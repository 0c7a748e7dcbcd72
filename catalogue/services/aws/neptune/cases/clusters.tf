resource "aws_neptune_subnet_group" "graph" {
  name       = "graph"
  subnet_ids = ["subnet-1", "subnet-2"]
}

resource "aws_neptune_cluster_parameter_group" "graph" {
  name   = "graph"
  family = "neptune1.3"
  parameter {
    name  = "neptune_enable_audit_log"
    value = "1"
  }
}

resource "aws_neptune_parameter_group" "graph" {
  name   = "graph-instances"
  family = "neptune1.3"
}

resource "aws_neptune_cluster" "good" {
  cluster_identifier                  = "graph"
  engine                              = "neptune"
  engine_version                      = "1.3.2.1"
  storage_encrypted                   = true
  kms_key_arn                         = "arn:aws:kms:eu-central-1:111122223333:key/1"
  iam_database_authentication_enabled = true
  backup_retention_period             = 14
  copy_tags_to_snapshot               = true
  deletion_protection                 = true
  enable_cloudwatch_logs_exports      = ["audit", "slowquery"]
  preferred_maintenance_window        = "sun:03:00-sun:04:00"
  global_cluster_identifier           = aws_neptune_global_cluster.world.id
}

resource "aws_neptune_cluster_instance" "good" {
  identifier                   = "graph-1"
  cluster_identifier           = aws_neptune_cluster.good.id
  engine_version               = "1.3.2.1"
  instance_class               = "db.r6g.large"
  preferred_maintenance_window = "sun:03:00-sun:04:00"
}

resource "aws_neptune_cluster" "bad" {
  cluster_identifier  = "old"
  skip_final_snapshot = true
}

resource "aws_neptune_cluster_instance" "bad" {
  cluster_identifier         = aws_neptune_cluster.bad.id
  instance_class             = "db.t3.medium"
  auto_minor_version_upgrade = false
  publicly_accessible        = true
}

resource "aws_neptune_cluster" "restored" {
  cluster_identifier  = "restored"
  snapshot_identifier = "graph-1"
}

resource "aws_neptune_global_cluster" "world" {
  global_cluster_identifier = "world"
  engine                    = "neptune"
  engine_version            = "1.3.2.1"
  storage_encrypted         = true
  deletion_protection       = true
}

resource "aws_neptune_global_cluster" "plain" {
  global_cluster_identifier = "plain"
}

resource "aws_neptune_cluster_snapshot" "good" {
  db_cluster_identifier          = aws_neptune_cluster.good.id
  db_cluster_snapshot_identifier = "graph-1"
}

# as plan and state show them
resource "aws_neptune_cluster_snapshot" "known" {
  db_cluster_identifier          = "graph"
  db_cluster_snapshot_identifier = "graph-2"
  storage_encrypted              = true
}

resource "aws_neptune_cluster_snapshot" "plain" {
  db_cluster_identifier          = "old"
  db_cluster_snapshot_identifier = "old-1"
  storage_encrypted              = false
}

resource "aws_neptune_event_subscription" "on" {
  sns_topic_arn = "arn:aws:sns:eu-central-1:111122223333:db"
}

resource "aws_neptune_event_subscription" "off" {
  sns_topic_arn = "arn:aws:sns:eu-central-1:111122223333:db"
  enabled       = false
}

resource "aws_neptunegraph_graph" "good" {
  graph_name          = "analytics"
  provisioned_memory  = 16
  deletion_protection = true
  replica_count       = 1
  kms_key_identifier  = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_neptunegraph_graph" "open" {
  graph_name          = "open"
  provisioned_memory  = 16
  deletion_protection = false
  public_connectivity = true
}
