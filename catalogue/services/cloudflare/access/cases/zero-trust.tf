resource "cloudflare_zero_trust_organization" "short" {
  account_id       = "a1"
  name             = "staff"
  auth_domain      = "rootstock.cloudflareaccess.com"
  session_duration = "8h"
}

resource "cloudflare_zero_trust_access_organization" "short" {
  account_id       = "a1"
  name             = "staff"
  auth_domain      = "rootstock.cloudflareaccess.com"
  session_duration = "8h"
}

resource "cloudflare_access_organization" "short" {
  account_id       = "a1"
  name             = "staff"
  auth_domain      = "rootstock.cloudflareaccess.com"
  session_duration = "8h"
}

resource "cloudflare_access_application" "old" {
  account_id       = "a1"
  name             = "old"
  domain           = "old.rootstock.example"
  session_duration = "30m"
  cors_headers {
    allow_all_origins = true
  }
}

resource "cloudflare_access_policy" "open" {
  application_id = cloudflare_access_application.old.id
  name           = "open"
  decision       = "bypass"
}

resource "cloudflare_access_policy" "staff" {
  application_id    = cloudflare_access_application.old.id
  name              = "staff"
  decision          = "allow"
  approval_required = true
}

resource "cloudflare_access_service_token" "ci" {
  account_id = "a1"
  name       = "ci"
}

resource "cloudflare_access_identity_provider" "main" {
  account_id = "a1"
  name       = "company"
  type       = "okta"
}

resource "cloudflare_sso_connector" "main" {
  account_id   = "a1"
  email_domain = "rootstock.example"
  enabled      = true
}

resource "cloudflare_zero_trust_access_key_configuration" "main" {
  account_id                 = "a1"
  key_rotation_interval_days = 60
}

resource "cloudflare_access_keys_configuration" "main" {
  account_id                 = "a1"
  key_rotation_interval_days = 60
}

resource "cloudflare_zero_trust_access_mtls_certificate" "main" {
  account_id  = "a1"
  name        = "devices"
  certificate = "certificate"
}

resource "cloudflare_access_mutual_tls_certificate" "main" {
  account_id  = "a1"
  name        = "devices"
  certificate = "certificate"
}

resource "cloudflare_zero_trust_access_short_lived_certificate" "main" {
  account_id = "a1"
  app_id     = "app1"
}

resource "cloudflare_access_ca_certificate" "main" {
  account_id = "a1"
  app_id     = "app1"
}

resource "cloudflare_zero_trust_device_default_profile" "fixed" {
  account_id       = "a1"
  switch_locked    = true
  allowed_to_leave = false
}

resource "cloudflare_zero_trust_device_default_profile" "free" {
  account_id = "a1"
}

resource "cloudflare_zero_trust_device_custom_profile" "fixed" {
  account_id       = "a1"
  switch_locked    = true
  allowed_to_leave = false
}

resource "cloudflare_zero_trust_device_custom_profile" "free" {
  account_id = "a1"
}

resource "cloudflare_zero_trust_device_profiles" "fixed" {
  account_id       = "a1"
  switch_locked    = true
  allowed_to_leave = false
}

resource "cloudflare_zero_trust_device_profiles" "free" {
  account_id = "a1"
}

resource "cloudflare_device_settings_policy" "fixed" {
  account_id       = "a1"
  switch_locked    = true
  allowed_to_leave = false
}

resource "cloudflare_device_settings_policy" "free" {
  account_id = "a1"
}

resource "cloudflare_zero_trust_device_posture_integration" "main" {
  account_id = "a1"
  name       = "endpoint protection"
  type       = "crowdstrike_s2s"
  interval   = "24h"
}

resource "cloudflare_device_posture_integration" "main" {
  account_id = "a1"
  name       = "endpoint protection"
  type       = "crowdstrike_s2s"
  interval   = "24h"
}

resource "cloudflare_zero_trust_gateway_settings" "seen" {
  account_id = "a1"
  settings = {
    tls_decrypt = {
      enabled = true
    }
    activity_log = {
      enabled = true
    }
  }
}

resource "cloudflare_zero_trust_gateway_settings" "blind" {
  account_id = "a1"
}

resource "cloudflare_teams_account" "seen" {
  account_id           = "a1"
  tls_decrypt_enabled  = true
  activity_log_enabled = true
}

resource "cloudflare_teams_account" "blind" {
  account_id = "a1"
}

resource "cloudflare_zero_trust_gateway_logging" "masked" {
  account_id = "a1"
  redact_pii = true
}

resource "cloudflare_zero_trust_gateway_logging" "whole" {
  account_id = "a1"
  redact_pii = false
}

resource "cloudflare_zero_trust_access_ai_controls_mcp_server" "closed" {
  account_id = "a1"
  id         = "closed"
  name       = "closed"
  hostname   = "https://mcp.rootstock.example/mcp"
  auth_type  = "oauth"
}

resource "cloudflare_zero_trust_access_ai_controls_mcp_server" "open" {
  account_id = "a1"
  id         = "open"
  name       = "open"
  hostname   = "https://open.rootstock.example/mcp"
  auth_type  = "unauthenticated"
}

resource "cloudflare_zero_trust_access_ai_controls_mcp_portal" "main" {
  account_id = "a1"
  id         = "main"
  name       = "main"
  hostname   = "mcp.rootstock.example"
}

resource "cloudflare_zero_trust_tunnel_warp_connector" "main" {
  account_id = "a1"
  name       = "office"
}

resource "cloudflare_tunnel" "old" {
  account_id = "a1"
  name       = "old"
  secret     = "S2VzdHJlbC1PcmNoYXJkLTQxLUxhbnRlcm4="
}

resource "cloudflare_argo_tunnel" "older" {
  account_id = "a1"
  name       = "older"
  secret     = "S2VzdHJlbC1PcmNoYXJkLTQxLUxhbnRlcm4="
}

resource "cloudflare_oauth_client" "good" {
  account_id    = "a1"
  client_name   = "good"
  grant_types   = ["authorization_code"]
  redirect_uris = ["https://app.rootstock.example/back"]
}

resource "cloudflare_oauth_client" "bad" {
  account_id    = "a1"
  client_name   = "bad"
  grant_types   = ["implicit"]
  redirect_uris = ["http://app.rootstock.example/back"]
}

resource "cloudflare_vulnerability_scanner_credential" "main" {
  account_id = "a1"
  name       = "scanner"
  value      = "Kestrel-Orchard-41-Lantern"
}

resource "cloudflare_connectivity_directory_service" "checked" {
  account_id = "a1"
  name       = "checked"
  type       = "http"
}

resource "cloudflare_connectivity_directory_service" "unchecked" {
  account_id = "a1"
  name       = "unchecked"
  type       = "http"
  tls_settings = {
    cert_verification_mode = "disabled"
  }
}

resource "cloudflare_tunnel" "by_hand" {
  name = "by-hand"
}

resource "cloudflare_argo_tunnel" "by_hand" {
  name = "by-hand"
}

resource "cloudflare_vulnerability_scanner_credential" "by_hand" {
  name = "by-hand"
}

resource "cloudflare_zero_trust_tunnel_warp_connector" "written" {
  account_id    = "a1"
  name          = "depot"
  tunnel_secret = "S2VzdHJlbC1PcmNoYXJkLTQxLUxhbnRlcm4="
}

resource "cloudflare_access_application" "plain" {
  account_id = "a1"
  name       = "plain"
  domain     = "plain.rootstock.example"
}
