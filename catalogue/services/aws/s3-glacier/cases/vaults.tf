resource "aws_glacier_vault" "locked" {
  name = "evidence"
}

resource "aws_glacier_vault_lock" "locked" {
  vault_name    = aws_glacier_vault.locked.name
  complete_lock = true
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Principal = "*", Action = "glacier:DeleteArchive", Resource = aws_glacier_vault.locked.arn }]
  })
}

resource "aws_glacier_vault" "open" {
  name = "open"
  access_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "glacier:InitiateJob", Resource = "*" }]
  })
}

resource "aws_glacier_vault_lock" "testing" {
  vault_name    = "testing"
  complete_lock = false
  policy        = jsonencode({ Version = "2012-10-17", Statement = [] })
}
