variable "secret" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_appfabric_app_bundle" "good" {
  customer_managed_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_appfabric_app_authorization" "okta" {
  app            = "OKTA"
  app_bundle_arn = aws_appfabric_app_bundle.good.arn
  auth_type      = "apiKey"

  credential {
    api_key_credential {
      api_key = var.secret
    }
  }
  tenant {
    tenant_display_name = "corp"
    tenant_identifier   = "corp"
  }
}

resource "aws_appfabric_app_authorization_connection" "okta" {
  app_bundle_arn        = aws_appfabric_app_bundle.good.arn
  app_authorization_arn = aws_appfabric_app_authorization.okta.arn
}

resource "aws_appfabric_ingestion" "okta" {
  app            = "OKTA"
  app_bundle_arn = aws_appfabric_app_bundle.good.arn
  tenant_id      = "corp"
  ingestion_type = "auditLog"
}

resource "aws_appfabric_ingestion_destination" "okta" {
  app_bundle_arn = aws_appfabric_app_bundle.good.arn
  ingestion_arn  = aws_appfabric_ingestion.okta.arn
}

resource "aws_appfabric_app_bundle" "plain" {
}
