resource "okta_policy_rule_signon" "staff" {
  policy_id = "00p1"
  name      = "staff"
}

resource "okta_app_signon_policy_rule" "staff" {
  policy_id   = "rst1"
  name        = "staff"
  factor_mode = "1FA"
}

resource "snowflake_authentication_policy" "staff" {
  database       = "SECURITY"
  schema         = "POLICIES"
  name           = "STAFF"
  mfa_enrollment = "OPTIONAL"
}

resource "cloudflare_account" "main" {
  name = "Rootstock"
}

resource "mongodbatlas_organization" "main" {
  name = "Rootstock"
}
