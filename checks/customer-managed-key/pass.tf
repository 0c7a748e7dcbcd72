resource "aws_kms_key" "other_data" {
  description         = "customer data"
  enable_key_rotation = true
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "mysql"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  storage_encrypted           = true
  kms_key_id                  = aws_kms_key.other_data.arn
  username                    = "orders"
  manage_master_user_password = true
}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-central-1a"
  size              = 200
  encrypted         = true
  kms_key_id        = aws_kms_key.other_data.arn
}

resource "aws_cloudtrail" "main" {
  name                  = "main"
  s3_bucket_name        = "acme-audit"
  is_multi_region_trail = true
  kms_key_id            = aws_kms_key.other_data.arn
}

resource "aws_sqs_queue" "jobs" {
  name              = "jobs"
  kms_master_key_id = aws_kms_key.other_data.arn
}
