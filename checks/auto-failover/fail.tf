resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "sessions"
  description          = "sessions"
  num_cache_clusters   = 2
}

resource "aws_memorydb_cluster" "state" {
  name                   = "state"
  acl_name               = "app"
  node_type              = "db.r7g.large"
  num_replicas_per_shard = 0
}
