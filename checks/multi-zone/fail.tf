resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.r8g.large"
  tags           = { Environment = "production" }
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "sessions"
  description          = "sessions"
  num_cache_clusters   = 1
  tags                 = { Environment = "production" }
}

resource "aws_mq_broker" "jobs" {
  broker_name        = "jobs"
  engine_type        = "ActiveMQ"
  engine_version     = "5.18"
  host_instance_type = "mq.m5.large"
  deployment_mode    = "SINGLE_INSTANCE"
  tags               = { Environment = "production" }
  user {
    username = "orders"
    password = "example-only"
  }
}
