resource "aws_keyspaces_keyspace" "world" {
  name = "world"
  replication_specification {
    replication_strategy = "MULTI_REGION"
    region_list          = ["eu-central-1", "eu-west-1"]
  }
}

resource "aws_keyspaces_keyspace" "local" {
  name = "local"
}

resource "aws_keyspaces_table" "good" {
  keyspace_name = aws_keyspaces_keyspace.world.name
  table_name    = "orders"
  encryption_specification {
    type               = "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_identifier = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
  point_in_time_recovery {
    status = "ENABLED"
  }
}

resource "aws_keyspaces_table" "bare" {
  keyspace_name = aws_keyspaces_keyspace.local.name
  table_name    = "bare"
}
