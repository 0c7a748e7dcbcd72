resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.r8g.large"
  multi_az       = true
  tags           = { Environment = "production" }
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  description                = "sessions"
  automatic_failover_enabled = true
  multi_az_enabled           = true
  num_cache_clusters         = 2
  tags                       = { Environment = "production" }
}
