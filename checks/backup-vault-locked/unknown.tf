variable "final" {
  type = bool
}

resource "aws_glacier_vault" "papers" {
  name = "papers"
}

resource "aws_glacier_vault_lock" "papers" {
  vault_name    = aws_glacier_vault.papers.name
  complete_lock = var.final
  policy        = jsonencode({ Version = "2012-10-17", Statement = [] })
}
