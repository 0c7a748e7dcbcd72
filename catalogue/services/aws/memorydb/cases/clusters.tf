resource "aws_memorydb_subnet_group" "data" {
  name       = "data"
  subnet_ids = ["subnet-1", "subnet-2"]
}

resource "aws_memorydb_parameter_group" "data" {
  name   = "data"
  family = "memorydb_valkey7"
  parameter {
    name  = "activedefrag"
    value = "yes"
  }
}

resource "aws_memorydb_user" "app" {
  user_name     = "app"
  access_string = "on ~* &* +@all"
  authentication_mode {
    type = "iam"
  }
}

resource "aws_memorydb_user" "written" {
  user_name     = "written"
  access_string = "on ~* &* +@all"
  authentication_mode {
    type      = "password"
    passwords = ["T0pS3cret-horse-battery"]
  }
}

resource "aws_memorydb_acl" "app" {
  name       = "app"
  user_names = [aws_memorydb_user.app.user_name]
}

resource "aws_memorydb_cluster" "good" {
  name                      = "ledger"
  acl_name                  = aws_memorydb_acl.app.name
  node_type                 = "db.r7g.large"
  engine                    = "valkey"
  engine_version            = "7.3"
  kms_key_arn               = "arn:aws:kms:eu-central-1:111122223333:key/1"
  snapshot_retention_limit  = 7
  final_snapshot_name       = "ledger-last"
  maintenance_window        = "sun:03:00-sun:04:00"
  multi_region_cluster_name = aws_memorydb_multi_region_cluster.world.multi_region_cluster_name
}

resource "aws_memorydb_multi_region_cluster" "world" {
  multi_region_cluster_name_suffix = "world"
  node_type                        = "db.r7g.large"
  engine                           = "valkey"
  engine_version                   = "7.3"
  tls_enabled                      = true
}

resource "aws_memorydb_multi_region_cluster" "plain" {
  multi_region_cluster_name_suffix = "plain"
  node_type                        = "db.r7g.large"
  tls_enabled                      = false
}

resource "aws_memorydb_cluster" "bad" {
  name                       = "open"
  acl_name                   = "open-access"
  node_type                  = "db.t4g.small"
  tls_enabled                = false
  num_replicas_per_shard     = 0
  auto_minor_version_upgrade = false
}

resource "aws_memorydb_snapshot" "good" {
  cluster_name = aws_memorydb_cluster.good.name
  name         = "ledger-1"
  kms_key_arn  = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_memorydb_snapshot" "bare" {
  cluster_name = aws_memorydb_cluster.bad.name
  name         = "open-1"
}
