resource "snowflake_network_policy" "offices" {
  name            = "OFFICES"
  allowed_ip_list = ["203.0.113.0/24"]
}

resource "snowflake_network_policy" "world" {
  name            = "WORLD"
  allowed_ip_list = ["0.0.0.0/0"]
}

resource "snowflake_network_policy_attachment" "account" {
  network_policy_name = snowflake_network_policy.offices.name
  set_for_account     = true
}

resource "snowflake_authentication_policy" "good" {
  database               = "SECURITY"
  schema                 = "POLICIES"
  name                   = "STAFF"
  mfa_enrollment         = "REQUIRED"
  authentication_methods = ["SAML", "KEYPAIR"]
  pat_policy {
    max_expiry_in_days = 90
  }
}

resource "snowflake_authentication_policy" "bad" {
  database       = "SECURITY"
  schema         = "POLICIES"
  name           = "OLD"
  mfa_enrollment = "OPTIONAL"
}

resource "snowflake_password_policy" "good" {
  database     = "SECURITY"
  schema       = "POLICIES"
  name         = "LONG"
  min_length   = 16
  history      = 24
  max_age_days = 365
}

resource "snowflake_password_policy" "bad" {
  database = "SECURITY"
  schema   = "POLICIES"
  name     = "SHORT"
}

resource "random_password" "user" {
  length = 40
}

resource "snowflake_user" "ada" {
  name = "ADA"
}

resource "snowflake_user" "gone" {
  name     = "GONE"
  disabled = "true"
  password = "s-${random_password.user.result}"
}

resource "snowflake_service_user" "loader" {
  name = "LOADER"
}

resource "snowflake_legacy_service_user" "old" {
  name     = "OLD_LOADER"
  password = "s-${random_password.user.result}"
}

resource "snowflake_legacy_service_user" "keyed" {
  name = "KEYED_LOADER"
}

resource "snowflake_database" "ledger" {
  name                        = "LEDGER"
  data_retention_time_in_days = 30
  replication {
    enable_to_account {
      account_identifier = "ROOTSTOCK.DR"
      with_failover      = true
    }
  }
}

resource "snowflake_database" "scratch" {
  name                        = "SCRATCH"
  data_retention_time_in_days = 0
}

resource "snowflake_share" "partner" {
  name     = "PARTNER"
  accounts = ["PARTNER.MAIN"]
}

resource "snowflake_storage_integration" "named" {
  name                      = "LAKE"
  storage_provider          = "S3"
  storage_allowed_locations = ["s3://rootstock-lake/"]
}

resource "snowflake_storage_integration" "any" {
  name                      = "ANYWHERE"
  storage_provider          = "S3"
  storage_allowed_locations = ["*"]
}

resource "snowflake_warehouse" "load" {
  name = "LOAD"
}

resource "snowflake_account_role" "loader" {
  name = "LOADER"
}
