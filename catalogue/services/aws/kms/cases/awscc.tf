resource "awscc_kms_key" "good" {
  enable_key_rotation = true
  key_policy          = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "awscc_kms_key" "bad" {
  key_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "kms:*", Resource = "*" }]
  })
}
