variable "rotate" {
  type = bool
}

resource "aws_kms_key" "good" {
  enable_key_rotation     = true
  rotation_period_in_days = 180
  deletion_window_in_days = 14
}

resource "aws_kms_alias" "good" {
  name          = "alias/good"
  target_key_id = aws_kms_key.good.key_id
}

resource "aws_kms_key_policy" "good" {
  key_id = aws_kms_key.good.key_id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "*" } }]
  })
}

resource "aws_kms_key" "plain" {
}

resource "aws_kms_key" "disabled" {
  is_enabled          = false
  enable_key_rotation = var.rotate
}

resource "aws_kms_key" "signing" {
  customer_master_key_spec = "RSA_3072"
  key_usage                = "SIGN_VERIFY"
}

resource "aws_kms_key" "in_hsm" {
  custom_key_store_id = aws_kms_custom_key_store.hsm.id
}

resource "aws_kms_key" "outside" {
  custom_key_store_id = aws_kms_custom_key_store.outside.id
  xks_key_id          = "bb8562717f809024"
}

resource "aws_kms_external_key" "brought" {
  key_material_base64 = var.material
}

resource "aws_kms_external_key" "empty" {
}

resource "aws_kms_replica_key" "copy" {
  primary_key_arn = aws_kms_key.good.arn
}

resource "aws_kms_replica_key" "off" {
  primary_key_arn = aws_kms_key.good.arn
  enabled         = false
}

resource "aws_kms_replica_external_key" "copy" {
  primary_key_arn = aws_kms_external_key.brought.arn
  enabled         = false
}

resource "aws_kms_replica_external_key" "filled" {
  primary_key_arn     = aws_kms_external_key.brought.arn
  key_material_base64 = var.material
}

resource "aws_kms_custom_key_store" "hsm" {
  custom_key_store_name = "hsm"
  cloud_hsm_cluster_id  = "cluster-abc"
  key_store_password    = var.material
}

resource "aws_kms_custom_key_store" "outside" {
  custom_key_store_name  = "outside"
  custom_key_store_type  = "EXTERNAL_KEY_STORE"
  xks_proxy_connectivity = "PUBLIC_ENDPOINT"
}

resource "aws_kms_ciphertext" "sealed" {
  key_id    = aws_kms_key.good.key_id
  plaintext = var.material
}

resource "aws_kms_ciphertext" "write_only" {
  key_id               = aws_kms_key.good.key_id
  plaintext_wo         = var.material
  plaintext_wo_version = 1
}

variable "material" {
  type      = string
  sensitive = true
  nullable  = false
}
