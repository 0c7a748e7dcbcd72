variable "encrypt" {
  type = bool
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  storage_encrypted           = var.encrypt
  username                    = "orders"
  manage_master_user_password = true
}

# A replica is encrypted as its source is, which lies elsewhere.
resource "aws_db_instance" "reader" {
  identifier          = "reader"
  replicate_source_db = "arn:aws:rds:eu-central-1:111122223333:db:orders"
  instance_class      = "db.m6g.large"
}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-central-1a"
  size              = 200
  encrypted         = var.encrypt
}

resource "aws_efs_file_system" "shared" {
  creation_token = "shared"
  encrypted      = var.encrypt
}
