resource "aws_db_snapshot" "private" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "orders-1"
}

resource "aws_db_snapshot" "public" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "orders-2"
  shared_accounts        = ["all"]
}

resource "aws_db_cluster_snapshot" "private" {
  db_cluster_identifier          = "shop"
  db_cluster_snapshot_identifier = "shop-1"
  shared_accounts                = ["444455556666"]
}

resource "aws_db_cluster_snapshot" "public" {
  db_cluster_identifier          = "shop"
  db_cluster_snapshot_identifier = "shop-2"
  shared_accounts                = ["all"]
}

resource "aws_db_snapshot_copy" "keyed" {
  source_db_snapshot_identifier = aws_db_snapshot.private.id
  target_db_snapshot_identifier = "orders-copy"
  kms_key_id                    = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_db_snapshot_copy" "public" {
  source_db_snapshot_identifier = aws_db_snapshot.private.id
  target_db_snapshot_identifier = "orders-copy-2"
  shared_accounts               = ["all"]
}

resource "aws_rds_cluster_snapshot_copy" "keyed" {
  source_db_cluster_snapshot_identifier = aws_db_cluster_snapshot.private.id
  target_db_cluster_snapshot_identifier = "shop-copy"
  kms_key_id                            = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_rds_cluster_snapshot_copy" "public" {
  source_db_cluster_snapshot_identifier = aws_db_cluster_snapshot.private.id
  target_db_cluster_snapshot_identifier = "shop-copy-2"
  shared_accounts                       = ["all"]
}

resource "aws_db_proxy" "strict" {
  name           = "strict"
  engine_family  = "POSTGRESQL"
  role_arn       = "arn:aws:iam::111122223333:role/proxy"
  require_tls    = true
  vpc_subnet_ids = ["subnet-1", "subnet-2"]
  auth {
    auth_scheme = "SECRETS"
    iam_auth    = "REQUIRED"
    secret_arn  = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db"
  }
}

resource "aws_db_proxy_endpoint" "strict" {
  db_proxy_name          = aws_db_proxy.strict.name
  db_proxy_endpoint_name = "reader"
  vpc_subnet_ids         = ["subnet-1", "subnet-2"]
}

resource "aws_db_proxy_target" "strict" {
  db_proxy_name          = aws_db_proxy.strict.name
  target_group_name      = "default"
  db_instance_identifier = "orders"
}

resource "aws_db_proxy" "loose" {
  name           = "loose"
  engine_family  = "MYSQL"
  role_arn       = "arn:aws:iam::111122223333:role/proxy"
  vpc_subnet_ids = ["subnet-1", "subnet-2"]
}

resource "aws_rds_integration" "zero_etl" {
  integration_name = "to-warehouse"
  source_arn       = "arn:aws:rds:eu-central-1:111122223333:cluster:shop"
  target_arn       = "arn:aws:redshift-serverless:eu-central-1:111122223333:namespace/1"
}

resource "aws_rds_integration" "keyed" {
  integration_name = "to-warehouse-2"
  source_arn       = "arn:aws:rds:eu-central-1:111122223333:cluster:shop"
  target_arn       = "arn:aws:redshift-serverless:eu-central-1:111122223333:namespace/1"
  kms_key_id       = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

# as plan and state show them
resource "aws_db_snapshot" "known" {
  db_snapshot_identifier = "known"
  db_instance_identifier = "origin"
  encrypted              = true
}

resource "aws_db_snapshot" "plain" {
  db_snapshot_identifier = "plain"
  db_instance_identifier = "origin"
  encrypted              = false
}

resource "aws_db_cluster_snapshot" "known" {
  db_cluster_snapshot_identifier = "known"
  db_cluster_identifier          = "origin"
  storage_encrypted              = true
}

resource "aws_db_cluster_snapshot" "plain" {
  db_cluster_snapshot_identifier = "plain"
  db_cluster_identifier          = "origin"
  storage_encrypted              = false
}

resource "aws_db_snapshot_copy" "plain" {
  target_db_snapshot_identifier = "plain"
  source_db_snapshot_identifier = "origin"
  encrypted                     = false
}

resource "aws_rds_cluster_snapshot_copy" "plain" {
  target_db_cluster_snapshot_identifier = "plain"
  source_db_cluster_snapshot_identifier = "origin"
  storage_encrypted                     = false
}
