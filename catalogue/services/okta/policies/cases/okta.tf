resource "okta_policy_rule_signon" "good" {
  policy_id        = "00p1"
  name             = "staff"
  mfa_required     = true
  session_lifetime = 480
  session_idle     = 30
}

resource "okta_policy_rule_signon" "bad" {
  policy_id = "00p1"
  name      = "old"
  status    = "INACTIVE"
}

resource "okta_policy_rule_signon" "deny" {
  policy_id = "00p1"
  name      = "elsewhere"
  access    = "DENY"
}

resource "okta_app_signon_policy_rule" "good" {
  policy_id   = "rst1"
  name        = "administrators"
  constraints = [jsonencode({ possession = { phishingResistant = "REQUIRED" } })]
}

resource "okta_app_signon_policy_rule" "bad" {
  policy_id   = "rst1"
  name        = "everybody"
  factor_mode = "1FA"
  status      = "INACTIVE"
}

resource "okta_policy_password" "good" {
  name                   = "staff"
  password_min_length    = 16
  password_history_count = 24
  password_min_symbol    = 1
  password_max_age_days  = 365
}

resource "okta_policy_password" "bad" {
  name                = "old"
  password_min_length = 6
}

resource "okta_policy_password_default" "good" {
  password_min_length = 14
  password_min_symbol = 1
}

resource "okta_policy_password_default" "bad" {
}

resource "okta_policy_mfa" "good" {
  name   = "keys"
  is_oie = true
  webauthn = {
    enroll = "REQUIRED"
  }
}

resource "okta_policy_mfa" "bad" {
  name = "messages"
  okta_sms = {
    enroll = "REQUIRED"
  }
}

resource "okta_policy_mfa_default" "good" {
  fido_webauthn = {
    enroll = "REQUIRED"
  }
}

resource "okta_policy_mfa_default" "bad" {
  okta_otp = {
    enroll = "OPTIONAL"
  }
}

resource "random_password" "first" {
  length = 24
}

resource "okta_user" "ada" {
  first_name = "Ada"
  last_name  = "Okafor"
  login      = "ada@rootstock.example"
  email      = "ada@rootstock.example"
}

resource "okta_user" "machine" {
  first_name = "Build"
  last_name  = "Machine"
  login      = "build@rootstock.example"
  email      = "build@rootstock.example"
  password   = "s-${random_password.first.result}"
}

resource "okta_group" "staff" {
  name = "staff"
}

resource "okta_user_admin_roles" "ada" {
  user_id     = okta_user.ada.id
  admin_roles = ["HELP_DESK_ADMIN"]
}

resource "okta_group_role" "staff" {
  group_id  = okta_group.staff.id
  role_type = "READ_ONLY_ADMIN"
}

resource "okta_admin_role_custom" "helpers" {
  label       = "helpers"
  description = "reset passwords"
  permissions = ["okta.users.credentials.resetPassword"]
}

resource "okta_app_oauth" "good" {
  label                      = "shop"
  type                       = "browser"
  grant_types                = ["authorization_code"]
  redirect_uris              = ["https://shop.rootstock.example/callback"]
  token_endpoint_auth_method = "none"
}

resource "okta_app_oauth" "bad" {
  label               = "old shop"
  type                = "web"
  grant_types         = ["implicit", "authorization_code"]
  redirect_uris       = ["http://shop.rootstock.example/callback"]
  implicit_assignment = true
}

resource "okta_app_saml" "good" {
  label               = "wiki"
  signature_algorithm = "RSA_SHA256"
}

resource "okta_app_saml" "bad" {
  label               = "old wiki"
  signature_algorithm = "RSA_SHA1"
  implicit_assignment = true
}

resource "okta_network_zone" "offices" {
  name     = "offices"
  type     = "IP"
  gateways = ["203.0.113.0/24"]
}

resource "okta_event_hook" "good" {
  name   = "sign-ins"
  events = ["user.session.start"]
  channel = {
    type    = "HTTP"
    version = "1.0.0"
    uri     = "https://hooks.rootstock.example/okta"
  }
  auth = {
    type  = "HEADER"
    key   = "Authorization"
    value = "s-${random_password.first.result}"
  }
}

resource "okta_event_hook" "bad" {
  name   = "old"
  events = ["user.session.start"]
  channel = {
    type    = "HTTP"
    version = "1.0.0"
    uri     = "http://hooks.rootstock.example/okta"
  }
}

resource "okta_inline_hook" "good" {
  name    = "tokens"
  type    = "com.okta.oauth2.tokens.transform"
  version = "1.0.0"
  channel = {
    version = "1.0.0"
    uri     = "https://hooks.rootstock.example/tokens"
    method  = "POST"
  }
  auth = {
    type  = "HEADER"
    key   = "Authorization"
    value = "s-${random_password.first.result}"
  }
}

resource "okta_inline_hook" "bad" {
  name    = "old"
  type    = "com.okta.oauth2.tokens.transform"
  version = "1.0.0"
  channel = {
    version = "1.0.0"
    uri     = "http://hooks.rootstock.example/tokens"
    method  = "POST"
  }
}

resource "okta_auth_server" "rotating" {
  name      = "shop"
  audiences = ["api://shop"]
}

resource "okta_auth_server" "by_hand" {
  name                      = "old"
  audiences                 = ["api://old"]
  credentials_rotation_mode = "MANUAL"
}

resource "okta_trusted_origin" "good" {
  name   = "shop"
  origin = "https://shop.rootstock.example"
  scopes = ["CORS"]
}

resource "okta_trusted_origin" "bad" {
  name   = "old"
  origin = "http://shop.rootstock.example"
  scopes = ["CORS"]
}

resource "okta_idp_saml" "partner" {
  name    = "partner"
  sso_url = "https://id.partner.example"
  issuer  = "https://id.partner.example"
  kid     = "kid"
}

resource "okta_idp_oidc" "written" {
  name          = "partner"
  client_id     = "rootstock"
  client_secret = "s-${random_password.first.result}"
  scopes        = ["openid"]
}

resource "okta_idp_oidc" "unwritten" {
  name      = "partner by key"
  client_id = "rootstock"
  scopes    = ["openid"]
}

resource "okta_threat_insight_settings" "main" {
  action = "block"
}

resource "okta_log_stream" "main" {
  name = "events"
  type = "aws_eventbridge"
}
