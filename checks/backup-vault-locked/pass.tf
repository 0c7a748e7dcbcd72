resource "aws_backup_vault" "main" {
  name = "main"
}

resource "aws_backup_vault_lock_configuration" "main" {
  backup_vault_name   = aws_backup_vault.main.name
  min_retention_days  = 7
  max_retention_days  = 400
  changeable_for_days = 3
}

resource "aws_backup_logically_air_gapped_vault" "vault" {
  name               = "last-resort"
  min_retention_days = 7
  max_retention_days = 90
}

resource "aws_glacier_vault" "papers" {
  name = "papers"
}

resource "aws_glacier_vault_lock" "papers" {
  vault_name    = aws_glacier_vault.papers.name
  complete_lock = true
  policy        = jsonencode({ Version = "2012-10-17", Statement = [] })
}
