variable "versions" {
  type = map(string)
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  engine_version              = var.versions["postgres"]
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "sessions"
  description          = "web sessions"
  engine               = "redis"
  engine_version       = var.versions["redis"]
}

resource "aws_opensearch_domain" "search" {
  domain_name    = "search"
  engine_version = "OpenSearch_${var.versions["search"]}"
}

resource "aws_docdb_cluster" "catalogue" {
  cluster_identifier = "catalogue"
  engine_version     = var.versions["documents"]
}
