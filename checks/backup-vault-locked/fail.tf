resource "aws_backup_vault" "main" {
  name = "main"
}

resource "aws_glacier_vault" "papers" {
  name = "papers"
}

resource "aws_glacier_vault" "drawings" {
  name = "drawings"
}

resource "aws_glacier_vault_lock" "drawings" {
  vault_name    = aws_glacier_vault.drawings.name
  complete_lock = false
  policy        = jsonencode({ Version = "2012-10-17", Statement = [] })
}
