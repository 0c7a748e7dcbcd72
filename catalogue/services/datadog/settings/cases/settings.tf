resource "datadog_organization_settings" "main" {
  name              = "Rootstock"
  security_contacts = ["security@rootstock.example"]
  settings {
    saml_strict_mode {
      enabled = true
    }
  }
}

resource "datadog_ip_allowlist" "main" {
  enabled = true
}

resource "datadog_user" "ada" {
  email = "ada@rootstock.example"
}

resource "datadog_service_account" "ci" {
  email = "ci@rootstock.example"
}

resource "datadog_api_key" "agents" {
  name = "agents"
}

resource "datadog_application_key" "scoped" {
  name   = "dashboards"
  scopes = ["dashboards_read"]
}

resource "datadog_application_key" "whole" {
  name = "old"
}

resource "datadog_logs_archive" "keyed" {
  name  = "all"
  query = "*"
  s3_archive {
    bucket          = "rootstock-logs"
    account_id      = "111122223333"
    role_name       = "datadog"
    encryption_type = "SSE_KMS"
    encryption_key  = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "datadog_logs_archive" "plain" {
  name  = "old"
  query = "*"
  s3_archive {
    bucket     = "rootstock-logs"
    account_id = "111122223333"
    role_name  = "datadog"
  }
}
