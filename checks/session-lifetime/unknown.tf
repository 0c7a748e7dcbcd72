variable "minutes" {
  type = number
}

resource "okta_policy_rule_signon" "staff" {
  policy_id    = "00p1"
  name         = "staff"
  mfa_required = true
  session_lifetime = var.minutes
}
