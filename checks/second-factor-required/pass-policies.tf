resource "okta_policy_rule_signon" "staff" {
  policy_id    = "00p1"
  name         = "staff"
  mfa_required = true
}

resource "okta_app_signon_policy_rule" "staff" {
  policy_id = "rst1"
  name      = "staff"
}

resource "snowflake_authentication_policy" "staff" {
  database       = "SECURITY"
  schema         = "POLICIES"
  name           = "STAFF"
  mfa_enrollment = "REQUIRED"
}

resource "cloudflare_account" "main" {
  name = "Rootstock"
  settings = {
    enforce_twofactor = true
  }
}

resource "mongodbatlas_organization" "main" {
  name                       = "Rootstock"
  multi_factor_auth_required = true
}
