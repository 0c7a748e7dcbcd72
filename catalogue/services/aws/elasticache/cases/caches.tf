resource "aws_elasticache_subnet_group" "cache" {
  name       = "cache"
  subnet_ids = ["subnet-1", "subnet-2"]
}

resource "aws_elasticache_parameter_group" "cache" {
  name   = "cache"
  family = "valkey8"
  parameter {
    name  = "maxmemory-policy"
    value = "allkeys-lru"
  }
}

resource "aws_elasticache_user" "app" {
  user_id       = "app"
  user_name     = "app"
  engine        = "valkey"
  access_string = "on ~app:* +@all"
  authentication_mode {
    type = "iam"
  }
}

resource "aws_elasticache_user" "anyone" {
  user_id              = "anyone"
  user_name            = "default"
  engine               = "redis"
  access_string        = "on ~* +@all"
  no_password_required = true
}

resource "aws_elasticache_user" "written" {
  user_id       = "written"
  user_name     = "written"
  engine        = "redis"
  access_string = "on ~* +@all"
  passwords     = ["T0pS3cret-horse-battery"]
}

resource "aws_elasticache_user_group" "app" {
  engine        = "valkey"
  user_group_id = "app"
  user_ids      = [aws_elasticache_user.app.user_id]
}

resource "aws_elasticache_user_group_association" "app" {
  user_group_id = aws_elasticache_user_group.app.user_group_id
  user_id       = aws_elasticache_user.written.user_id
}

resource "aws_elasticache_replication_group" "good" {
  replication_group_id       = "sessions"
  description                = "sessions"
  engine                     = "valkey"
  engine_version             = "8.0"
  num_cache_clusters         = 3
  kms_key_id                 = "arn:aws:kms:eu-central-1:111122223333:key/1"
  transit_encryption_enabled = true
  user_group_ids             = [aws_elasticache_user_group.app.user_group_id]
  automatic_failover_enabled = true
  multi_az_enabled           = true
  snapshot_retention_limit   = 7
  final_snapshot_identifier  = "sessions-last"
  maintenance_window         = "sun:03:00-sun:04:00"
  log_delivery_configuration {
    destination      = "/cache/slow"
    destination_type = "cloudwatch-logs"
    log_format       = "json"
    log_type         = "slow-log"
  }
}

resource "aws_elasticache_global_replication_group" "good" {
  global_replication_group_id_suffix = "world"
  primary_replication_group_id       = aws_elasticache_replication_group.good.id
}

resource "aws_elasticache_replication_group" "bad" {
  replication_group_id       = "open"
  description                = "open"
  auto_minor_version_upgrade = false
}

resource "aws_elasticache_replication_group" "migrating" {
  replication_group_id       = "migrating"
  description                = "both ways"
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  transit_encryption_mode    = "preferred"
  auth_token                 = "T0pS3cret-horse-battery"
}

resource "aws_elasticache_replication_group" "second" {
  replication_group_id        = "second"
  description                 = "copy"
  global_replication_group_id = "ldgnf-world"
}

resource "aws_elasticache_cluster" "memcached" {
  cluster_id                 = "pages"
  engine                     = "memcached"
  engine_version             = "1.6.22"
  node_type                  = "cache.t4g.micro"
  num_cache_nodes            = 2
  az_mode                    = "cross-az"
  transit_encryption_enabled = true
  maintenance_window         = "sun:03:00-sun:04:00"
}

resource "aws_elasticache_cluster" "redis" {
  cluster_id                 = "single"
  engine                     = "redis"
  node_type                  = "cache.t4g.micro"
  auto_minor_version_upgrade = "false"
  outpost_mode               = "single-outpost"
}

resource "aws_elasticache_cluster" "kept" {
  cluster_id                = "kept"
  engine                    = "redis"
  node_type                 = "cache.t4g.micro"
  snapshot_retention_limit  = 3
  final_snapshot_identifier = "kept-last"
}

resource "aws_elasticache_cluster" "member" {
  cluster_id           = "sessions-004"
  replication_group_id = aws_elasticache_replication_group.good.id
}

resource "aws_elasticache_serverless_cache" "good" {
  name                     = "elastic"
  engine                   = "valkey"
  major_engine_version     = "8"
  kms_key_id               = "arn:aws:kms:eu-central-1:111122223333:key/1"
  user_group_id            = "app"
  snapshot_retention_limit = 3
  cache_usage_limits {
    data_storage {
      maximum = 10
      unit    = "GB"
    }
  }
}

resource "aws_elasticache_serverless_cache" "bare" {
  name   = "bare"
  engine = "redis"
}
