# The same service again: who renews depends on where a certificate came from.

resource "aws_acm_certificate" "internal" {
  domain_name       = "tools.fernhill.example"
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_acm_certificate" "partner" {
  domain_name       = "partner.fernhill.example"
  validation_method = "EMAIL"
}

# Bought from another authority: nobody renews it but Fernhill.
resource "aws_acm_certificate" "bought" {
  certificate_body = file("${path.module}/trust-anchor.pem")
  private_key      = var.bought_certificate_key
}

variable "bought_certificate_key" {
  type      = string
  sensitive = true
}

resource "aws_secretsmanager_secret" "registry" {
  name                    = "shared/registry-token"
  kms_key_id              = aws_kms_key.orders.arn
  recovery_window_in_days = 30
}

resource "aws_ecr_repository" "this" {
  for_each = {
    storefront = { immutable = true, scan = true }
    warehouse  = { immutable = false, scan = false }
  }

  name                 = each.key
  image_tag_mutability = each.value.immutable ? "IMMUTABLE" : "MUTABLE"

  image_scanning_configuration {
    scan_on_push = each.value.scan
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.orders.arn
  }
}
