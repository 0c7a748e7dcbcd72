resource "aws_dynamodb_table" "good" {
  name                        = "orders"
  hash_key                    = "id"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = true
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
  point_in_time_recovery {
    enabled = true
  }
  replica {
    region_name = "eu-west-1"
  }
}

resource "aws_dynamodb_resource_policy" "good" {
  resource_arn = aws_dynamodb_table.good.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "dynamodb:GetItem", Resource = "*" }] })
}

resource "aws_dynamodb_contributor_insights" "good" {
  table_name = aws_dynamodb_table.good.name
}

resource "aws_dynamodb_kinesis_streaming_destination" "good" {
  table_name = aws_dynamodb_table.good.name
  stream_arn = "arn:aws:kinesis:eu-central-1:111122223333:stream/orders"
}

resource "aws_dynamodb_table" "bare" {
  name     = "bare"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table_item" "bare" {
  table_name = aws_dynamodb_table.bare.name
  hash_key   = "id"
  item       = jsonencode({ id = { S = "key" }, access_key = { S = "AKIAQ3EGRZWLWSVTJ4X7" } })
}

variable "recovery" {
  type = bool
}

resource "aws_dynamodb_table" "asked" {
  name     = "asked"
  hash_key = "id"
  point_in_time_recovery {
    enabled = var.recovery
  }
}

resource "aws_dynamodb_table_replica" "good" {
  global_table_arn            = aws_dynamodb_table.good.arn
  kms_key_arn                 = "arn:aws:kms:eu-west-1:111122223333:key/2"
  point_in_time_recovery      = true
  deletion_protection_enabled = true
}

resource "aws_dynamodb_table_replica" "bare" {
  global_table_arn = aws_dynamodb_table.good.arn
}

resource "aws_dax_subnet_group" "cache" {
  name       = "cache"
  subnet_ids = ["subnet-1"]
}

resource "aws_dax_parameter_group" "cache" {
  name = "cache"
  parameters {
    name  = "query-ttl-millis"
    value = "1000"
  }
}

resource "aws_dax_cluster" "good" {
  cluster_name                     = "cache"
  iam_role_arn                     = "arn:aws:iam::111122223333:role/dax"
  node_type                        = "dax.r5.large"
  replication_factor               = 3
  cluster_endpoint_encryption_type = "TLS"
  maintenance_window               = "sun:03:00-sun:04:00"
  server_side_encryption {
    enabled = true
  }
}

resource "aws_dax_cluster" "bare" {
  cluster_name       = "bare"
  iam_role_arn       = "arn:aws:iam::111122223333:role/dax"
  node_type          = "dax.t3.small"
  replication_factor = 1
}
