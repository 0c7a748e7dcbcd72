resource "aws_dms_replication_subnet_group" "data" {
  replication_subnet_group_id          = "data"
  replication_subnet_group_description = "data"
  subnet_ids                           = ["subnet-1", "subnet-2"]
}

resource "aws_dms_replication_instance" "good" {
  replication_instance_id      = "good"
  replication_instance_class   = "dms.t3.medium"
  engine_version               = "3.5.4"
  kms_key_arn                  = "arn:aws:kms:eu-central-1:111122223333:key/1"
  auto_minor_version_upgrade   = true
  multi_az                     = true
  preferred_maintenance_window = "sun:03:00-sun:04:00"
}

resource "aws_dms_replication_instance" "bad" {
  replication_instance_id    = "bad"
  replication_instance_class = "dms.t3.medium"
  publicly_accessible        = true
}

resource "aws_dms_replication_config" "good" {
  replication_config_identifier = "serverless"
  replication_type              = "cdc"
  source_endpoint_arn           = aws_dms_endpoint.good.endpoint_arn
  target_endpoint_arn           = aws_dms_s3_endpoint.good.endpoint_arn
  table_mappings                = "{}"
  replication_settings          = jsonencode({ Logging = { EnableLogging = true } })
  compute_config {
    replication_subnet_group_id = "data"
    multi_az                    = true
    kms_key_id                  = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
}

resource "aws_dms_replication_config" "bare" {
  replication_config_identifier = "bare"
  replication_type              = "cdc"
  source_endpoint_arn           = aws_dms_endpoint.good.endpoint_arn
  target_endpoint_arn           = aws_dms_s3_endpoint.good.endpoint_arn
  table_mappings                = "{}"
  compute_config {
    replication_subnet_group_id = "data"
  }
}

resource "aws_dms_replication_task" "good" {
  replication_task_id       = "copy"
  migration_type            = "cdc"
  replication_instance_arn  = aws_dms_replication_instance.good.replication_instance_arn
  source_endpoint_arn       = aws_dms_endpoint.good.endpoint_arn
  target_endpoint_arn       = aws_dms_s3_endpoint.good.endpoint_arn
  table_mappings            = "{}"
  replication_task_settings = jsonencode({ Logging = { EnableLogging = true } })
}

resource "aws_dms_replication_task" "silent" {
  replication_task_id      = "silent"
  migration_type           = "full-load"
  replication_instance_arn = aws_dms_replication_instance.good.replication_instance_arn
  source_endpoint_arn      = aws_dms_endpoint.bad.endpoint_arn
  target_endpoint_arn      = aws_dms_s3_endpoint.good.endpoint_arn
  table_mappings           = "{}"
}

resource "aws_dms_endpoint" "good" {
  endpoint_id                     = "source"
  endpoint_type                   = "source"
  engine_name                     = "postgres"
  ssl_mode                        = "verify-full"
  kms_key_arn                     = "arn:aws:kms:eu-central-1:111122223333:key/1"
  secrets_manager_arn             = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:source"
  secrets_manager_access_role_arn = "arn:aws:iam::111122223333:role/dms"
}

resource "aws_dms_endpoint" "bad" {
  endpoint_id   = "plain"
  endpoint_type = "source"
  engine_name   = "mysql"
  server_name   = "db.example.com"
  username      = "app"
  password      = "T0pS3cret-horse-battery"
}

resource "aws_dms_endpoint" "stream" {
  endpoint_id   = "stream"
  endpoint_type = "target"
  engine_name   = "kinesis"
}

resource "aws_dms_s3_endpoint" "good" {
  endpoint_id                       = "target"
  endpoint_type                     = "target"
  bucket_name                       = "acme-lake"
  service_access_role_arn           = "arn:aws:iam::111122223333:role/dms"
  encryption_mode                   = "SSE_KMS"
  server_side_encryption_kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_dms_s3_endpoint" "bare" {
  endpoint_id             = "target-bare"
  endpoint_type           = "target"
  bucket_name             = "acme-lake"
  service_access_role_arn = "arn:aws:iam::111122223333:role/dms"
}

resource "aws_dms_certificate" "source" {
  certificate_id  = "source"
  certificate_pem = "-----BEGIN CERTIFICATE-----"
}

resource "aws_dms_event_subscription" "on" {
  name          = "on"
  source_type   = "replication-task"
  sns_topic_arn = "arn:aws:sns:eu-central-1:111122223333:dms"
}

resource "aws_dms_event_subscription" "off" {
  name          = "off"
  source_type   = "replication-task"
  enabled       = false
  sns_topic_arn = "arn:aws:sns:eu-central-1:111122223333:dms"
}
