resource "aws_redshift_parameter_group" "strict" {
  name   = "strict"
  family = "redshift-2.0"
  parameter {
    name  = "require_ssl"
    value = "true"
  }
}

resource "aws_redshift_subnet_group" "data" {
  name       = "data"
  subnet_ids = ["subnet-1", "subnet-2"]
}

resource "aws_redshift_cluster" "good" {
  cluster_identifier                  = "warehouse"
  node_type                           = "ra3.large"
  number_of_nodes                     = 2
  multi_az                            = true
  master_username                     = "warehouse_owner"
  manage_master_password              = true
  encrypted                           = true
  kms_key_id                          = "arn:aws:kms:eu-central-1:111122223333:key/1"
  enhanced_vpc_routing                = true
  automated_snapshot_retention_period = 14
  final_snapshot_identifier           = "warehouse-last"
  preferred_maintenance_window        = "sun:03:00-sun:04:00"
  cluster_parameter_group_name        = aws_redshift_parameter_group.strict.name
  cluster_subnet_group_name           = aws_redshift_subnet_group.data.name
}

resource "aws_redshift_logging" "good" {
  cluster_identifier   = aws_redshift_cluster.good.id
  log_destination_type = "cloudwatch"
  log_exports          = ["connectionlog", "userlog"]
}

resource "aws_redshift_snapshot_copy" "good" {
  cluster_identifier = aws_redshift_cluster.good.id
  destination_region = "eu-west-1"
}

resource "aws_redshift_snapshot_copy_grant" "ours" {
  snapshot_copy_grant_name = "ours"
  kms_key_id               = "arn:aws:kms:eu-west-1:111122223333:key/1"
}

resource "aws_redshift_snapshot_copy_grant" "theirs" {
  snapshot_copy_grant_name = "theirs"
}

resource "aws_redshift_cluster_iam_roles" "good" {
  cluster_identifier = aws_redshift_cluster.good.cluster_identifier
  iam_role_arns      = ["arn:aws:iam::111122223333:role/load"]
}

resource "aws_redshift_endpoint_authorization" "good" {
  cluster_identifier = aws_redshift_cluster.good.cluster_identifier
  account            = "444455556666"
}

resource "aws_redshift_usage_limit" "good" {
  cluster_identifier = aws_redshift_cluster.good.id
  feature_type       = "concurrency-scaling"
  limit_type         = "time"
  amount             = 60
}

resource "aws_redshift_resource_policy" "good" {
  resource_arn = aws_redshift_cluster.good.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "redshift:CreateInboundIntegration", Resource = "*" }] })
}

resource "aws_redshift_cluster" "bad" {
  cluster_identifier                  = "old"
  node_type                           = "dc2.large"
  master_username                     = "awsuser"
  master_password                     = "T0pS3cret-horse-battery"
  encrypted                           = false
  publicly_accessible                 = true
  allow_version_upgrade               = false
  automated_snapshot_retention_period = 0
  skip_final_snapshot                 = true
}

resource "aws_redshift_cluster" "bare" {
  cluster_identifier = "bare"
  node_type          = "ra3.large"
}

# provider 5 had logging and snapshot copies inside
resource "aws_redshift_cluster" "legacy" {
  cluster_identifier                  = "legacy"
  node_type                           = "ra3.large"
  automated_snapshot_retention_period = 0
  logging {
    enable      = true
    bucket_name = "acme-logs"
  }
  snapshot_copy {
    destination_region = "eu-west-1"
  }
}

resource "aws_redshift_snapshot_schedule_association" "legacy" {
  cluster_identifier  = aws_redshift_cluster.legacy.id
  schedule_identifier = "daily"
}

resource "aws_redshift_cluster" "restored" {
  cluster_identifier  = "restored"
  node_type           = "ra3.large"
  snapshot_identifier = "warehouse-1"
}

resource "aws_redshift_cluster_snapshot" "one" {
  cluster_identifier               = aws_redshift_cluster.good.id
  snapshot_identifier              = "warehouse-1"
  manual_snapshot_retention_period = 30
}

resource "aws_redshift_endpoint_access" "good" {
  endpoint_name      = "inside"
  cluster_identifier = aws_redshift_cluster.good.id
  subnet_group_name  = aws_redshift_subnet_group.data.name
}

resource "aws_redshift_event_subscription" "on" {
  name          = "on"
  sns_topic_arn = "arn:aws:sns:eu-central-1:111122223333:db"
}

resource "aws_redshift_event_subscription" "off" {
  name          = "off"
  sns_topic_arn = "arn:aws:sns:eu-central-1:111122223333:db"
  enabled       = false
}

resource "aws_redshift_integration" "bare" {
  integration_name = "orders"
  source_arn       = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
  target_arn       = "arn:aws:redshift:eu-central-1:111122223333:namespace:1"
}

resource "aws_redshift_integration" "keyed" {
  integration_name = "orders-2"
  source_arn       = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
  target_arn       = "arn:aws:redshift:eu-central-1:111122223333:namespace:1"
  kms_key_id       = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_redshift_hsm_configuration" "own" {
  description                   = "own"
  hsm_configuration_identifier  = "own"
  hsm_ip_address                = "10.0.0.1"
  hsm_partition_name            = "aws"
  hsm_partition_password        = "T0pS3cret-horse-battery"
  hsm_server_public_certificate = "cert"
}

variable "hsm" {
  type    = string
  default = null
}

resource "aws_redshift_hsm_configuration" "unset" {
  description                   = "unset"
  hsm_configuration_identifier  = "unset"
  hsm_ip_address                = "10.0.0.2"
  hsm_partition_name            = "aws"
  hsm_partition_password        = var.hsm
  hsm_server_public_certificate = "cert"
}

resource "aws_redshift_scheduled_action" "pause" {
  name     = "pause"
  schedule = "cron(00 23 * * ? *)"
  iam_role = "arn:aws:iam::111122223333:role/pause"
  target_action {
    pause_cluster {
      cluster_identifier = "warehouse"
    }
  }
}

# as plan and state show them
resource "aws_redshift_cluster_snapshot" "known" {
  cluster_identifier  = "old"
  snapshot_identifier = "known"
  encrypted           = true
}

resource "aws_redshift_cluster_snapshot" "plain" {
  cluster_identifier  = "old"
  snapshot_identifier = "plain"
  encrypted           = false
}
