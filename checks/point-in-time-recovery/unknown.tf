variable "recovery" {
  type = bool
}

resource "aws_dynamodb_table" "carts" {
  name         = "carts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = var.recovery
  }
}

resource "aws_dynamodb_table_replica" "carts" {
  global_table_arn       = "arn:aws:dynamodb:eu-central-1:111122223333:table/carts"
  point_in_time_recovery = var.recovery
}

resource "aws_keyspaces_table" "events" {
  keyspace_name = "telemetry"
  table_name    = "events"
  schema_definition {
    column {
      name = "id"
      type = "uuid"
    }
    partition_key {
      name = "id"
    }
  }
  point_in_time_recovery {
    status = var.recovery ? "ENABLED" : "DISABLED"
  }
}
