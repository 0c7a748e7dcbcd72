resource "okta_policy_rule_signon" "staff" {
  policy_id    = "00p1"
  name         = "staff"
  mfa_required = true
  session_lifetime = 480
}

resource "cloudflare_zero_trust_access_application" "wiki" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "wiki"
  domain     = "wiki.rootstock.example"
  session_duration = "8h"
}

resource "cloudflare_zero_trust_access_application" "plain" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "plain"
  domain     = "plain.rootstock.example"
}
