# Who holds the key material moves the line: the same service, four custodians.

data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
}

# Made and kept by the service.
resource "aws_kms_key" "orders" {
  description             = "Orders"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_key" "archive" {
  description             = "Archive, made before rotation was the rule"
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.key.json
}

# Material from Fernhill's own safe, imported. The original stays Fernhill's to keep.
resource "aws_kms_external_key" "suppliers" {
  description         = "Supplier contracts"
  key_material_base64 = var.supplier_key_material
  enabled             = true
  valid_to            = "2027-12-31T00:00:00Z"
  policy              = data.aws_iam_policy_document.key.json
}

variable "supplier_key_material" {
  description = "Given by hand at the ceremony, and never written down here."
  type        = string
  sensitive   = true
}

# In a cluster of hardware modules of Fernhill's own.
resource "aws_cloudhsm_v2_cluster" "this" {
  hsm_type   = "hsm2m.medium"
  subnet_ids = var.hsm_subnet_ids
  mode       = "FIPS"
}

variable "hsm_subnet_ids" {
  type    = list(string)
  default = ["subnet-0c1a2b3d4e5f60001", "subnet-0c1a2b3d4e5f60002"]
}

resource "aws_kms_custom_key_store" "hsm" {
  custom_key_store_name    = "fernhill-hsm"
  custom_key_store_type    = "AWS_CLOUDHSM"
  cloud_hsm_cluster_id     = aws_cloudhsm_v2_cluster.this.cluster_id
  key_store_password       = var.key_store_password
  trust_anchor_certificate = file("${path.module}/trust-anchor.pem")
}

variable "key_store_password" {
  type      = string
  sensitive = true
}

resource "aws_kms_key" "vouchers" {
  description             = "Gift vouchers"
  custom_key_store_id     = aws_kms_custom_key_store.hsm.id
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

# Outside AWS altogether, behind a proxy.
resource "aws_kms_custom_key_store" "external" {
  custom_key_store_name  = "fernhill-external"
  custom_key_store_type  = "EXTERNAL_KEY_STORE"
  xks_proxy_connectivity = "PUBLIC_ENDPOINT"
  xks_proxy_uri_endpoint = "https://keys.fernhill.example"
  xks_proxy_uri_path     = "/kms/xks/v1"
  xks_proxy_authentication_credential {
    access_key_id         = "EXAMPLEXKSPROXYKEYID"
    raw_secret_access_key = var.xks_secret
  }
}

variable "xks_secret" {
  type      = string
  sensitive = true
}

resource "aws_kms_key" "medical" {
  description             = "Allergy notes of restaurant customers"
  custom_key_store_id     = aws_kms_custom_key_store.external.id
  xks_key_id              = "fernhill-notes-1"
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}
