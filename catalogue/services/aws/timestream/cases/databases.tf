resource "aws_timestreamwrite_database" "good" {
  database_name = "metrics"
  kms_key_id    = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_timestreamwrite_table" "good" {
  database_name = aws_timestreamwrite_database.good.database_name
  table_name    = "cpu"
}

resource "aws_timestreamwrite_database" "bare" {
  database_name = "bare"
}

resource "aws_timestreaminfluxdb_db_instance" "good" {
  name                   = "influx"
  username               = "metrics_owner"
  password               = var.password
  deployment_type        = "WITH_MULTIAZ_STANDBY"
  vpc_subnet_ids         = ["subnet-1", "subnet-2"]
  vpc_security_group_ids = ["sg-1"]
  log_delivery_configuration {
    s3_configuration {
      bucket_name = "acme-logs"
      enabled     = true
    }
  }
}

variable "password" {
  type      = string
  sensitive = true
}

resource "aws_timestreaminfluxdb_db_instance" "bad" {
  name                = "open"
  username            = "admin"
  password            = var.password
  publicly_accessible = true
}

resource "aws_timestreaminfluxdb_db_cluster" "good" {
  name     = "influx-cluster"
  username = "metrics_owner"
  password = "T0pS3cret-horse-battery"
  log_delivery_configuration {
    s3_configuration {
      bucket_name = "acme-logs"
      enabled     = true
    }
  }
}

resource "aws_timestreaminfluxdb_db_cluster" "bad" {
  name                = "open-cluster"
  username            = "admin"
  publicly_accessible = true
}

resource "aws_timestreamquery_scheduled_query" "good" {
  name               = "hourly"
  execution_role_arn = "arn:aws:iam::111122223333:role/query"
  query_string       = "SELECT 1"
  kms_key_id         = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_timestreamquery_scheduled_query" "bare" {
  name               = "daily"
  execution_role_arn = "arn:aws:iam::111122223333:role/query"
  query_string       = "SELECT 1"
}
