resource "aws_backup_vault" "other" {
  name = "main"
}

resource "aws_backup_plan" "other" {
  name = "daily"
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.other.name
    schedule          = "cron(0 5 ? * * *)"
    lifecycle {
      delete_after = 35
    }
  }
}

resource "aws_backup_selection" "other" {
  name         = "tagged"
  plan_id      = aws_backup_plan.other.id
  iam_role_arn = "arn:aws:iam::111122223333:role/backup"
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup"
    value = "daily"
  }
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
}

resource "aws_efs_file_system" "shared" {
  creation_token = "shared"
  tags           = { backup = "weekly" }
}

resource "aws_s3_bucket" "documents" {
  bucket = "acme-documents"
}
