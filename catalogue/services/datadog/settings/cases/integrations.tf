resource "datadog_integration_azure" "written" {
  name          = "written"
  client_secret = "Kestrel-Orchard-41-Lantern"
}

resource "datadog_integration_azure" "by_hand" {
  name = "by-hand"
}

resource "datadog_integration_gcp" "written" {
  name        = "written"
  private_key = "Kestrel-Orchard-41-Lantern"
}

resource "datadog_integration_gcp" "by_hand" {
  name = "by-hand"
}

resource "datadog_integration_confluent_account" "written" {
  name       = "written"
  api_secret = "Kestrel-Orchard-41-Lantern"
}

resource "datadog_integration_confluent_account" "by_hand" {
  name = "by-hand"
}

resource "datadog_integration_fastly_account" "written" {
  name    = "written"
  api_key = "Kestrel-Orchard-41-Lantern"
}

resource "datadog_integration_fastly_account" "by_hand" {
  name = "by-hand"
}

resource "datadog_integration_cloudflare_account" "written" {
  name    = "written"
  api_key = "Kestrel-Orchard-41-Lantern"
}

resource "datadog_integration_cloudflare_account" "by_hand" {
  name = "by-hand"
}

resource "datadog_integration_pagerduty" "written" {
  name      = "written"
  api_token = "Kestrel-Orchard-41-Lantern"
}

resource "datadog_integration_pagerduty" "by_hand" {
  name = "by-hand"
}

resource "datadog_integration_pagerduty_service_object" "written" {
  name        = "written"
  service_key = "Kestrel-Orchard-41-Lantern"
}

resource "datadog_integration_pagerduty_service_object" "by_hand" {
  name = "by-hand"
}

resource "datadog_integration_opsgenie_service_object" "written" {
  name             = "written"
  opsgenie_api_key = "Kestrel-Orchard-41-Lantern"
}

resource "datadog_integration_opsgenie_service_object" "by_hand" {
  name = "by-hand"
}

resource "datadog_webhook_oauth2_client_credentials" "written" {
  name          = "written"
  client_secret = "Kestrel-Orchard-41-Lantern"
}

resource "datadog_webhook_oauth2_client_credentials" "by_hand" {
  name = "by-hand"
}

resource "datadog_security_monitoring_rule" "main" {
  name = "main"
}

resource "datadog_security_monitoring_default_rule" "main" {
  name = "main"
}

resource "datadog_security_monitoring_rule_json" "main" {
  name = "main"
}

resource "datadog_cloud_configuration_rule" "main" {
  name = "main"
}

resource "datadog_cloud_workload_security_agent_rule" "main" {
  name = "main"
}

resource "datadog_csm_threats_agent_rule" "main" {
  name = "main"
}

resource "datadog_csm_threats_policy" "main" {
  name = "main"
}

resource "datadog_role" "main" {
  name = "readers"
}

resource "datadog_user_role" "main" {
  role_id = "r1"
  user_id = "u1"
}

resource "datadog_authn_mapping" "main" {
  key   = "groups"
  value = "ops"
  role  = "r1"
}

resource "datadog_service_account_application_key" "narrow" {
  name               = "narrow"
  service_account_id = "s1"
  scopes             = ["metrics_read"]
}

resource "datadog_service_account_application_key" "wide" {
  name               = "wide"
  service_account_id = "s1"
}

resource "datadog_service_access_token" "ending" {
  name               = "ending"
  service_account_id = "s1"
  scopes             = ["metrics_read"]
  expires_at         = "2027-01-01T00:00:00Z"
}

resource "datadog_service_access_token" "endless" {
  name               = "endless"
  service_account_id = "s1"
  scopes             = ["metrics_read"]
}

resource "datadog_integration_aws" "role" {
  account_id = "123456789012"
  role_name  = "datadog"
}

resource "datadog_integration_aws" "keys" {
  access_key_id     = "AKIAXXXXXXXXXXXXXXXX"
  secret_access_key = var.secret
}

variable "secret" {}

resource "datadog_integration_aws_account" "role" {
  aws_account_id = "123456789012"
  aws_partition  = "aws"
  auth_config {
    aws_auth_config_role {
      role_name = "datadog"
    }
  }
}

resource "datadog_integration_aws_account" "keys" {
  aws_account_id = "123456789012"
  aws_partition  = "aws-cn"
  auth_config {
    aws_auth_config_keys {
      access_key_id     = "AKIAXXXXXXXXXXXXXXXX"
      secret_access_key = var.secret
    }
  }
}

resource "datadog_action_connection" "main" {
  name = "main"
}

resource "datadog_logs_custom_destination" "main" {
  name = "main"
}

resource "datadog_observability_pipeline" "main" {
  name = "main"
}

resource "datadog_logs_index" "main" {
  name           = "main"
  retention_days = 30
  filter {
    query = "*"
  }
}

resource "datadog_synthetics_global_variable" "hidden" {
  name   = "TOKEN"
  value  = var.secret
  secure = true
}

resource "datadog_synthetics_global_variable" "seen" {
  name  = "REGION"
  value = "eu"
}

resource "datadog_webhook_custom_variable" "hidden" {
  name      = "TOKEN"
  value     = var.secret
  is_secret = true
}

resource "datadog_webhook_custom_variable" "seen" {
  name      = "REGION"
  value     = "eu"
  is_secret = false
}

resource "datadog_webhook" "good" {
  name = "good"
  url  = "https://hooks.rootstock.example"
}

resource "datadog_webhook" "bad" {
  name = "bad"
  url  = "http://hooks.rootstock.example"
}

resource "datadog_monitor" "heard" {
  name    = "heard"
  type    = "metric alert"
  query   = "avg(last_5m):avg:system.load.1{*} > 4"
  message = "Load is high @pagerduty-ops"
}

resource "datadog_monitor" "unheard" {
  name    = "unheard"
  type    = "metric alert"
  query   = "avg(last_5m):avg:system.load.1{*} > 4"
  message = "Load is high"
}

resource "datadog_sensitive_data_scanner_rule" "masks" {
  group_id = "g1"
  name     = "masks"
  text_replacement {
    type               = "replacement_string"
    replacement_string = "[removed]"
  }
}

resource "datadog_sensitive_data_scanner_rule" "tags" {
  group_id = "g1"
  name     = "tags"
}

resource "datadog_appsec_waf_custom_rule" "blocks" {
  name     = "blocks"
  blocking = true
}

resource "datadog_appsec_waf_custom_rule" "watches" {
  name     = "watches"
  blocking = false
}

resource "datadog_domain_allowlist" "main" {
  enabled = true
  domains = ["@rootstock.example"]
}
