resource "aws_kms_key" "data" {}

resource "aws_db_subnet_group" "data" {
  name       = "data"
  subnet_ids = ["subnet-1", "subnet-2"]
}

resource "aws_db_parameter_group" "pg16" {
  name   = "pg16"
  family = "postgres16"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_db_option_group" "sql" {
  name                 = "sql"
  engine_name          = "sqlserver-ee"
  major_engine_version = "15.00"
  option {
    option_name = "TDE"
  }
}

resource "aws_db_instance" "good" {
  identifier                          = "orders"
  engine                              = "postgres"
  engine_version                      = "16.4"
  instance_class                      = "db.m7g.large"
  username                            = "orders_owner"
  manage_master_user_password         = true
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.data.arn
  multi_az                            = true
  backup_retention_period             = 14
  copy_tags_to_snapshot               = true
  deletion_protection                 = true
  iam_database_authentication_enabled = true
  enabled_cloudwatch_logs_exports     = ["postgresql", "upgrade"]
  monitoring_interval                 = 30
  performance_insights_enabled        = true
  parameter_group_name                = aws_db_parameter_group.pg16.name
  db_subnet_group_name                = aws_db_subnet_group.data.name
  maintenance_window                  = "Sun:03:00-Sun:04:00"
  engine_lifecycle_support            = "open-source-rds-extended-support-disabled"
  final_snapshot_identifier           = "orders-last"
}

resource "aws_db_instance_automated_backups_replication" "good" {
  source_db_instance_arn = aws_db_instance.good.arn
}

resource "aws_db_instance_role_association" "good" {
  db_instance_identifier = aws_db_instance.good.identifier
  feature_name           = "s3Export"
  role_arn               = "arn:aws:iam::111122223333:role/export"
}

resource "aws_db_event_subscription" "good" {
  sns_topic = "arn:aws:sns:eu-central-1:111122223333:db"
}

resource "aws_db_event_subscription" "off" {
  sns_topic = "arn:aws:sns:eu-central-1:111122223333:db"
  enabled   = false
}

resource "aws_db_instance" "bad" {
  identifier                 = "legacy"
  engine                     = "mysql"
  engine_version             = "5.7"
  instance_class             = "db.t3.micro"
  allocated_storage          = 20
  username                   = "admin"
  password                   = "T0pS3cret-horse-battery"
  publicly_accessible        = true
  auto_minor_version_upgrade = false
  skip_final_snapshot        = true
  backup_target              = "outposts"
}

resource "aws_db_instance" "replica" {
  identifier          = "orders-copy"
  replicate_source_db = aws_db_instance.good.identifier
  instance_class      = "db.m7g.large"
}

variable "encrypted" {
  type = bool
}

variable "minor" {
  type = bool
}

resource "aws_db_instance" "asked" {
  engine                     = "mariadb"
  instance_class             = "db.t4g.micro"
  storage_encrypted          = var.encrypted
  auto_minor_version_upgrade = var.minor
}

# RDS Custom: the host is the customer's.
resource "aws_db_instance" "custom_oracle" {
  identifier                  = "erp"
  engine                      = "custom-oracle-ee"
  engine_version              = "19.my_cev1"
  instance_class              = "db.m5.large"
  custom_iam_instance_profile = "AWSRDSCustomInstanceProfile"
  storage_encrypted           = true
  kms_key_id                  = aws_kms_key.data.arn
}

resource "aws_db_instance" "custom_sqlserver" {
  identifier     = "crm"
  engine         = "custom-sqlserver-ee"
  engine_version = "15.00.4073.23.v1"
  instance_class = "db.m5.xlarge"
}

resource "aws_db_instance" "custom_sqlserver_cev" {
  identifier     = "crm-own"
  engine         = "custom-sqlserver-ee"
  engine_version = "15.00.4249.2.my_cevtest"
  instance_class = "db.m5.xlarge"
}

resource "aws_rds_custom_db_engine_version" "erp" {
  engine                                     = "custom-oracle-ee"
  engine_version                             = "19.my_cev1"
  kms_key_id                                 = aws_kms_key.data.arn
  database_installation_files_s3_bucket_name = "acme-media"
}

resource "aws_rds_custom_db_engine_version" "crm" {
  engine          = "custom-sqlserver-ee"
  engine_version  = "15.00.4249.2.my_cevtest"
  source_image_id = "ami-0123456789abcdef0"
}
