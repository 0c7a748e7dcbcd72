variable "tls" {
  type = bool
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  description                = "web sessions"
  engine                     = "redis"
  transit_encryption_enabled = var.tls
}

resource "aws_opensearch_domain" "search" {
  domain_name    = "search"
  engine_version = "OpenSearch_2.17"
  domain_endpoint_options {
    enforce_https = var.tls
  }
}

resource "aws_memorydb_cluster" "orders" {
  name        = "orders"
  acl_name    = "orders"
  node_type   = "db.r7g.large"
  tls_enabled = var.tls
}
