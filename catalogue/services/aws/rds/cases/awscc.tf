resource "awscc_rds_db_instance" "good" {
  engine                             = "postgres"
  engine_version                     = "17.4"
  multi_az                           = true
  storage_encrypted                  = true
  kms_key_id                         = "arn:aws:kms:eu-west-1:111122223333:key/k"
  enable_iam_database_authentication = true
  manage_master_user_password        = true
  deletion_protection                = true
  copy_tags_to_snapshot              = true
}

resource "awscc_rds_db_instance" "bad" {
  engine               = "mysql"
  publicly_accessible  = true
  master_user_password = "kitten42x"
}
