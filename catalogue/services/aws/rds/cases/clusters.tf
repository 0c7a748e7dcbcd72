resource "aws_rds_cluster" "good" {
  cluster_identifier                  = "shop"
  engine                              = "aurora-postgresql"
  engine_version                      = "16.4"
  master_username                     = "shop_owner"
  manage_master_user_password         = true
  storage_encrypted                   = true
  kms_key_id                          = "arn:aws:kms:eu-central-1:111122223333:key/1"
  backup_retention_period             = 30
  copy_tags_to_snapshot               = true
  deletion_protection                 = true
  iam_database_authentication_enabled = true
  enabled_cloudwatch_logs_exports     = ["postgresql"]
  monitoring_interval                 = 60
  performance_insights_enabled        = true
  preferred_maintenance_window        = "sun:03:00-sun:04:00"
  db_cluster_parameter_group_name     = aws_rds_cluster_parameter_group.pg16.name
  global_cluster_identifier           = aws_rds_global_cluster.world.id
}

resource "aws_rds_cluster_parameter_group" "pg16" {
  name   = "shop"
  family = "aurora-postgresql16"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_rds_cluster_instance" "good" {
  identifier                   = "shop-1"
  cluster_identifier           = aws_rds_cluster.good.id
  engine                       = aws_rds_cluster.good.engine
  engine_version               = aws_rds_cluster.good.engine_version
  instance_class               = "db.serverless"
  monitoring_interval          = 60
  performance_insights_enabled = true
  preferred_maintenance_window = "sun:03:00-sun:04:00"
}

resource "aws_rds_cluster_instance" "bad" {
  identifier                 = "old-1"
  cluster_identifier         = aws_rds_cluster.bad.id
  engine                     = "aurora-mysql"
  instance_class             = "db.r5.large"
  publicly_accessible        = true
  auto_minor_version_upgrade = false
}

resource "aws_rds_cluster_role_association" "good" {
  db_cluster_identifier = aws_rds_cluster.good.id
  feature_name          = "s3Import"
  role_arn              = "arn:aws:iam::111122223333:role/import"
}

resource "aws_rds_global_cluster" "world" {
  global_cluster_identifier = "world"
  engine                    = "aurora-postgresql"
  engine_version            = "16.4"
  storage_encrypted         = true
  deletion_protection       = true
}

resource "aws_rds_global_cluster" "plain" {
  global_cluster_identifier = "plain"
  engine                    = "aurora-mysql"
}

resource "aws_rds_cluster" "bad" {
  cluster_identifier      = "old"
  engine                  = "aurora-mysql"
  storage_encrypted       = false
  backup_retention_period = 0
  master_username         = "admin"
  master_password         = "T0pS3cret-horse-battery"
  skip_final_snapshot     = true
}

resource "aws_rds_cluster_activity_stream" "bad" {
  resource_arn = aws_rds_cluster.bad.arn
  kms_key_id   = "alias/streams"
  mode         = "async"
}

resource "aws_rds_cluster" "silent" {
  cluster_identifier = "silent"
  engine             = "aurora-mysql"
}

resource "aws_rds_cluster" "limitless" {
  cluster_identifier       = "limitless"
  engine                   = "aurora-postgresql"
  cluster_scalability_type = "limitless"
}

resource "aws_rds_shard_group" "limitless" {
  db_cluster_identifier     = aws_rds_cluster.limitless.id
  db_shard_group_identifier = "limitless"
  max_acu                   = 768
  publicly_accessible       = true
}

resource "aws_rds_cluster" "multi_az" {
  cluster_identifier        = "three-zones"
  engine                    = "mysql"
  engine_version            = "8.0.39"
  db_cluster_instance_class = "db.m6gd.large"
}
