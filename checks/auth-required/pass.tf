resource "aws_lambda_function_url" "form" {
  function_name      = "form"
  authorization_type = "AWS_IAM"
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  description                = "sessions"
  transit_encryption_enabled = true
  user_group_ids             = ["app"]
}
