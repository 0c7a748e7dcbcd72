resource "okta_app_signon_policy_rules" "strict" {
  policy_id = "rst1"
  rule {
    name        = "all"
    factor_mode = "2FA"
  }
}

resource "okta_app_signon_policy_rules" "lax" {
  policy_id = "rst2"
  rule {
    name        = "staff"
    factor_mode = "2FA"
  }
  rule {
    name        = "others"
    factor_mode = "1FA"
  }
}

resource "okta_app_swa" "old" {
  label = "old"
  url   = "https://old.rootstock.example/login"
}

resource "okta_api_token" "limited" {
  name = "ci"
  network {
    connection = "ZONE"
    include    = ["nzo1"]
  }
}

resource "okta_api_token" "anywhere" {
  name = "script"
}

resource "okta_app_token" "app" {
  client_id = "0oa1"
  id        = "oar1"
}

resource "okta_api_service_integration" "scanner" {
  type = "scanner"
  granted_scopes {
    scope = "okta.users.read"
  }
}

resource "okta_auth_server_default" "rotating" {
  name = "default"
}

resource "okta_auth_server_default" "by_hand" {
  name                      = "default"
  credentials_rotation_mode = "MANUAL"
}

resource "okta_auth_server_policy_rule" "code" {
  auth_server_id       = "aus1"
  policy_id            = "pol1"
  name                 = "code"
  priority             = 1
  grant_type_whitelist = ["authorization_code"]
}

resource "okta_auth_server_policy_rule" "implicit" {
  auth_server_id       = "aus1"
  policy_id            = "pol1"
  name                 = "implicit"
  priority             = 2
  grant_type_whitelist = ["implicit"]
}

resource "okta_idp_social" "google" {
  name          = "google"
  type          = "GOOGLE"
  scopes        = ["openid"]
  client_id     = "1234"
  client_secret = "Kestrel-Orchard-41-Lantern"
}

resource "okta_idp_social" "apple" {
  name   = "apple"
  type   = "APPLE"
  scopes = ["openid"]
}

resource "okta_email_smtp_server" "own" {
  alias    = "own"
  host     = "smtp.rootstock.example"
  port     = 587
  username = "okta"
  password = "Kestrel-Orchard-41-Lantern"
}

resource "okta_push_provider" "fcm" {
  name          = "fcm"
  provider_type = "FCM"
}

resource "okta_hook_key" "hook" {
  name = "hook"
}

resource "okta_domain" "managed" {
  name                    = "login.rootstock.example"
  certificate_source_type = "OKTA_MANAGED"
}

resource "okta_domain" "own" {
  name = "id.rootstock.example"
}

resource "okta_policy_rule_profile_enrollment" "closed" {
  policy_id           = "pol2"
  unknown_user_action = "DENY"
}

resource "okta_policy_rule_profile_enrollment" "open" {
  policy_id           = "pol3"
  unknown_user_action = "REGISTER"
}

resource "okta_admin_role_custom_assignments" "helpdesk" {
  custom_role_id  = "cr1"
  resource_set_id = "iam1"
  members         = ["00g1"]
}

resource "okta_app_oauth_role_assignment" "narrow" {
  client_id = "0oa1"
  type      = "HELP_DESK_ADMIN"
}

resource "okta_app_oauth_role_assignment" "all" {
  client_id = "0oa2"
  type      = "SUPER_ADMIN"
}

resource "okta_trusted_server" "main" {
  auth_server_id = "aus1"
  trusted        = ["aus2"]
}

resource "okta_app_auto_login" "shared" {
  label           = "shared"
  sign_on_url = "https://a.rootstock.example"
  shared_username = "team"
  shared_password = "Kestrel-Orchard-41-Lantern"
}

resource "okta_app_auto_login" "own" {
  label = "own"
  sign_on_url = "https://a.rootstock.example"
}

resource "okta_app_basic_auth" "shared" {
  label           = "shared"
  url         = "https://a.rootstock.example"
  auth_url    = "https://a.rootstock.example/auth"
  shared_username = "team"
  shared_password = "Kestrel-Orchard-41-Lantern"
}

resource "okta_app_basic_auth" "own" {
  label = "own"
  url         = "https://a.rootstock.example"
  auth_url    = "https://a.rootstock.example/auth"
}

resource "okta_app_secure_password_store" "shared" {
  label           = "shared"
  url            = "https://a.rootstock.example"
  username_field = "user"
  password_field = "pass"
  shared_username = "team"
  shared_password = "Kestrel-Orchard-41-Lantern"
}

resource "okta_app_secure_password_store" "own" {
  label = "own"
  url            = "https://a.rootstock.example"
  username_field = "user"
  password_field = "pass"
}

resource "okta_app_shared_credentials" "shared" {
  label           = "shared"
  url = "https://a.rootstock.example"
  shared_username = "team"
  shared_password = "Kestrel-Orchard-41-Lantern"
}

resource "okta_app_shared_credentials" "own" {
  label = "own"
  url = "https://a.rootstock.example"
}

resource "okta_app_three_field" "shared" {
  label           = "shared"
  url = "https://a.rootstock.example"
  shared_username = "team"
  shared_password = "Kestrel-Orchard-41-Lantern"
}

resource "okta_app_three_field" "own" {
  label = "own"
  url = "https://a.rootstock.example"
}

resource "okta_policy_device_assurance_android" "main" {
  name = "android"
}

resource "okta_policy_device_assurance_chromeos" "main" {
  name = "chromeos"
}

resource "okta_policy_device_assurance_ios" "main" {
  name = "ios"
}

resource "okta_policy_device_assurance_macos" "main" {
  name = "macos"
}

resource "okta_policy_device_assurance_windows" "main" {
  name = "windows"
}

resource "okta_post_auth_session_policy_rule" "on" {
  policy_id = "pol9"
  name      = "on"
  status    = "ACTIVE"
}

resource "okta_post_auth_session_policy_rule" "off" {
  policy_id = "pol9"
  name      = "off"
  status    = "INACTIVE"
}

resource "okta_session_violation_policy_rule" "on" {
  policy_id = "pol9"
  name      = "on"
  status    = "ACTIVE"
}

resource "okta_session_violation_policy_rule" "off" {
  policy_id = "pol9"
  name      = "off"
  status    = "INACTIVE"
}

resource "okta_entity_risk_policy_rule" "on" {
  policy_id = "pol9"
  name      = "on"
  status    = "ACTIVE"
}

resource "okta_entity_risk_policy_rule" "off" {
  policy_id = "pol9"
  name      = "off"
  status    = "INACTIVE"
}

resource "okta_email_smtp_server" "by_hand" {
  alias = "by-hand"
}
