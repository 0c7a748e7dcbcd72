variable "key_arn" {
  type    = string
  default = null
}

variable "keys" {
  type = map(string)
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "mysql"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  storage_encrypted           = true
  kms_key_id                  = lookup(var.keys, "orders", null)
  username                    = "orders"
  manage_master_user_password = true
}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-central-1a"
  size              = 200
  encrypted         = true
  kms_key_id        = lookup(var.keys, "data", null)
}

resource "aws_kinesis_stream" "clicks" {
  name            = "clicks"
  shard_count     = 2
  encryption_type = "KMS"
  kms_key_id      = lookup(var.keys, "clicks", null)
}
