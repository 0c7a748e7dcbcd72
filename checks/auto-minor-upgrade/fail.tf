resource "aws_db_instance" "orders" {
  engine                     = "postgres"
  instance_class             = "db.r8g.large"
  auto_minor_version_upgrade = false
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  description                = "sessions"
  auto_minor_version_upgrade = false
}

resource "aws_mq_broker" "jobs" {
  broker_name                = "jobs"
  engine_type                = "ActiveMQ"
  engine_version             = "5.17.6"
  host_instance_type         = "mq.m5.large"
  auto_minor_version_upgrade = false
  user {
    username = "orders"
    password = "example-only"
  }
}
