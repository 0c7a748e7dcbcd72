resource "aws_lambda_function_url" "form" {
  function_name      = "form"
  authorization_type = "NONE"
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "sessions"
  description          = "sessions"
}
