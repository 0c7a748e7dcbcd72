resource "snowflake_account" "second" {
  name                 = "SECOND"
  admin_name           = "ADMIN"
  admin_password       = "Kestrel-Orchard-41-Lantern"
  edition              = "BUSINESS_CRITICAL"
  email                = "ops@rootstock.example"
  grace_period_in_days = 3
}

resource "snowflake_account" "keyed" {
  name                 = "KEYED"
  admin_name           = "ADMIN"
  edition              = "STANDARD"
  email                = "ops@rootstock.example"
  grace_period_in_days = 3
}

resource "snowflake_managed_account" "reader" {
  name           = "READER"
  admin_name     = "ADMIN"
  admin_password = "Kestrel-Orchard-41-Lantern"
}

resource "snowflake_managed_account" "by_hand" {
  name       = "BYHAND"
  admin_name = "ADMIN"
}

resource "snowflake_user_programmatic_access_token" "short" {
  name             = "SHORT"
  user             = "CI"
  role_restriction = "LOADER"
  days_to_expiry   = 30
}

resource "snowflake_user_programmatic_access_token" "admin" {
  name             = "ADMIN"
  user             = "CI"
  role_restriction = "ACCOUNTADMIN"
  days_to_expiry   = 365
}

resource "snowflake_user_public_keys" "ci" {
  name           = "CI"
  rsa_public_key = "key"
}

resource "snowflake_saml2_integration" "narrow" {
  name                 = "NARROW"
  saml2_issuer         = "https://id.rootstock.example"
  saml2_sso_url        = "https://id.rootstock.example/sso"
  saml2_provider       = "CUSTOM"
  saml2_x509_cert      = "certificate"
  allowed_user_domains = ["rootstock.example"]
}

resource "snowflake_saml2_integration" "wide" {
  name            = "WIDE"
  saml2_issuer    = "https://id.rootstock.example"
  saml2_sso_url   = "https://id.rootstock.example/sso"
  saml2_provider  = "CUSTOM"
  saml2_x509_cert = "certificate"
}

resource "snowflake_external_oauth_integration" "narrow" {
  name    = "NARROW"
  enabled = true
}

resource "snowflake_external_oauth_integration" "wide" {
  name                         = "WIDE"
  enabled                      = true
  external_oauth_any_role_mode = "ENABLE"
}

resource "snowflake_scim_integration" "limited" {
  name           = "LIMITED"
  enabled        = true
  scim_client    = "OKTA"
  run_as_role    = "OKTA_PROVISIONER"
  network_policy = "OKTA"
}

resource "snowflake_scim_integration" "anywhere" {
  name        = "ANYWHERE"
  enabled     = true
  scim_client = "OKTA"
  run_as_role = "OKTA_PROVISIONER"
}

resource "snowflake_oauth_integration_for_custom_clients" "good" {
  name               = "GOOD"
  oauth_client_type  = "CONFIDENTIAL"
  oauth_redirect_uri = "https://app.rootstock.example/back"
  network_policy     = "APP"
}

resource "snowflake_oauth_integration_for_custom_clients" "bad" {
  name                             = "BAD"
  oauth_client_type                = "PUBLIC"
  oauth_redirect_uri               = "http://app.rootstock.example/back"
  oauth_allow_non_tls_redirect_uri = "true"
}

resource "snowflake_oauth_integration_for_partner_applications" "looker" {
  name         = "LOOKER"
  oauth_client = "LOOKER"
}

resource "snowflake_api_integration" "one" {
  name                 = "ONE"
  api_provider         = "aws_api_gateway"
  api_allowed_prefixes = ["https://abc.execute-api.eu-west-1.amazonaws.com/"]
}

resource "snowflake_api_integration" "unsaid" {
  name         = "UNSAID"
  api_provider = "aws_api_gateway"
}

resource "snowflake_api_authentication_integration_with_client_credentials" "written" {
  name                = "WRITTEN"
  enabled             = true
  oauth_client_id     = "client"
  oauth_client_secret = "Kestrel-Orchard-41-Lantern"
}

resource "snowflake_api_authentication_integration_with_client_credentials" "by_hand" {
  name            = "BYHAND"
  enabled         = true
  oauth_client_id = "client"
}

resource "snowflake_api_authentication_integration_with_authorization_code_grant" "written" {
  name                = "WRITTEN"
  enabled             = true
  oauth_client_id     = "client"
  oauth_client_secret = "Kestrel-Orchard-41-Lantern"
}

resource "snowflake_api_authentication_integration_with_authorization_code_grant" "by_hand" {
  name            = "BYHAND"
  enabled         = true
  oauth_client_id = "client"
}

resource "snowflake_api_authentication_integration_with_jwt_bearer" "written" {
  name                = "WRITTEN"
  enabled             = true
  oauth_client_id     = "client"
  oauth_client_secret = "Kestrel-Orchard-41-Lantern"
}

resource "snowflake_api_authentication_integration_with_jwt_bearer" "by_hand" {
  name            = "BYHAND"
  enabled         = true
  oauth_client_id = "client"
}

resource "snowflake_secret_with_basic_authentication" "written" {
  name     = "WRITTEN"
  database = "DB"
  schema   = "S"
  password = "Kestrel-Orchard-41-Lantern"
}

resource "snowflake_secret_with_basic_authentication" "by_hand" {
  name     = "BYHAND"
  database = "DB"
  schema   = "S"
}

resource "snowflake_secret_with_generic_string" "written" {
  name     = "WRITTEN"
  database = "DB"
  schema   = "S"
  secret_string = "Kestrel-Orchard-41-Lantern"
}

resource "snowflake_secret_with_generic_string" "by_hand" {
  name     = "BYHAND"
  database = "DB"
  schema   = "S"
}

resource "snowflake_secret_with_authorization_code_grant" "written" {
  name     = "WRITTEN"
  database = "DB"
  schema   = "S"
  oauth_refresh_token = "Kestrel-Orchard-41-Lantern"
}

resource "snowflake_secret_with_authorization_code_grant" "by_hand" {
  name     = "BYHAND"
  database = "DB"
  schema   = "S"
}

resource "snowflake_secret_with_client_credentials" "main" {
  name               = "MAIN"
  database           = "DB"
  schema             = "S"
  api_authentication = "GOOD"
}

resource "snowflake_external_volume" "keyed" {
  name = "KEYED"
  storage_location {
    storage_location_name = "one"
    storage_provider      = "S3"
    storage_base_url      = "s3://lake/"
    encryption_type       = "AWS_SSE_KMS"
  }
}

resource "snowflake_external_volume" "plain" {
  name = "PLAIN"
  storage_location {
    storage_location_name = "one"
    storage_provider      = "S3"
    storage_base_url      = "s3://lake/"
    encryption_type       = "NONE"
  }
}

resource "snowflake_stage" "integrated" {
  name                = "INTEGRATED"
  database            = "DB"
  schema              = "S"
  url                 = "s3://lake/"
  storage_integration = "LAKE"
}

resource "snowflake_stage" "keys" {
  name        = "KEYS"
  database    = "DB"
  schema      = "S"
  url         = "s3://lake/"
  credentials = "AWS_KEY_ID='${var.id}' AWS_SECRET_KEY='${var.secret}'"
}

variable "id" {}
variable "secret" {}

resource "snowflake_network_rule" "office" {
  name       = "OFFICE"
  database   = "DB"
  schema     = "S"
  mode       = "INGRESS"
  type       = "IPV4"
  value_list = ["203.0.113.0/24"]
}

resource "snowflake_network_rule" "world" {
  name       = "WORLD"
  database   = "DB"
  schema     = "S"
  mode       = "INGRESS"
  type       = "IPV4"
  value_list = ["0.0.0.0/0"]
}

resource "snowflake_network_rule" "out" {
  name       = "OUT"
  database   = "DB"
  schema     = "S"
  mode       = "EGRESS"
  type       = "HOST_PORT"
  value_list = ["api.rootstock.example:443"]
}

resource "snowflake_network_rule" "everywhere" {
  name       = "EVERYWHERE"
  database   = "DB"
  schema     = "S"
  mode       = "EGRESS"
  type       = "HOST_PORT"
  value_list = ["0.0.0.0:443"]
}

resource "snowflake_compute_pool" "main" {
  name            = "MAIN"
  instance_family = "CPU_X64_XS"
  min_nodes       = 1
  max_nodes       = 2
}

resource "snowflake_service" "closed" {
  name         = "CLOSED"
  database     = "DB"
  schema       = "S"
  compute_pool = "MAIN"
}

resource "snowflake_service" "open" {
  name                         = "OPEN"
  database                     = "DB"
  schema                       = "S"
  compute_pool                 = "MAIN"
  external_access_integrations = ["ANYWHERE"]
}

resource "snowflake_job_service" "closed" {
  name         = "CLOSED"
  database     = "DB"
  schema       = "S"
  compute_pool = "MAIN"
}

resource "snowflake_job_service" "open" {
  name                         = "OPEN"
  database                     = "DB"
  schema                       = "S"
  compute_pool                 = "MAIN"
  external_access_integrations = ["ANYWHERE"]
}

resource "snowflake_image_repository" "main" {
  name = "MAIN"
}

resource "snowflake_streamlit" "main" {
  name = "MAIN"
}

resource "snowflake_notebook" "main" {
  name = "MAIN"
}

resource "snowflake_failover_group" "main" {
  name = "MAIN"
}

resource "snowflake_secondary_database" "main" {
  name = "MAIN"
}

resource "snowflake_shared_database" "main" {
  name = "MAIN"
}

resource "snowflake_grant_application_role" "main" {
  name = "MAIN"
}

resource "snowflake_database_role" "main" {
  name = "MAIN"
}

resource "snowflake_external_function" "good" {
  name                      = "GOOD"
  url_of_proxy_and_resource = "https://abc.execute-api.eu-west-1.amazonaws.com/prod"
}

resource "snowflake_external_function" "bad" {
  name                      = "BAD"
  url_of_proxy_and_resource = "http://proxy.rootstock.example/prod"
}

resource "snowflake_account_parameter" "network" {
  key   = "NETWORK_POLICY"
  value = "OFFICE"
}

resource "snowflake_account_parameter" "unload" {
  key   = "PREVENT_UNLOAD_TO_INLINE_URL"
  value = "true"
}
