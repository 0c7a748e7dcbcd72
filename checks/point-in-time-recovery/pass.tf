resource "aws_dynamodb_table" "carts" {
  name         = "carts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = true
  }
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
    status = "ENABLED"
  }
}

resource "aws_neptune_cluster" "graph" {
  cluster_identifier = "graph"
}
