resource "mongodbatlas_federated_settings_org_config" "main" {
  federation_settings_id     = "627a9687f7f7f7f774de306f"
  org_id                     = "5f0000000000000000000000"
  domain_restriction_enabled = true
  identity_provider_id       = "0oad4fas87jL7f7f1297"
}

resource "mongodbatlas_federated_settings_identity_provider" "strong" {
  federation_settings_id       = "627a9687f7f7f7f774de306f"
  name                         = "company"
  issuer_uri                   = "https://id.rootstock.example"
  protocol                     = "SAML"
  response_signature_algorithm = "SHA-256"
}

resource "mongodbatlas_federated_settings_identity_provider" "weak" {
  federation_settings_id       = "627a9687f7f7f7f774de306f"
  name                         = "old"
  issuer_uri                   = "https://old.rootstock.example"
  protocol                     = "SAML"
  response_signature_algorithm = "SHA-1"
}

resource "mongodbatlas_api_key" "owner" {
  org_id      = "5f0000000000000000000000"
  description = "owner"
  role_names  = ["ORG_OWNER"]
}

resource "mongodbatlas_access_list_api_key" "owner" {
  org_id     = "5f0000000000000000000000"
  api_key_id = mongodbatlas_api_key.owner.api_key_id
  cidr_block = "0.0.0.0/0"
}

resource "mongodbatlas_api_key" "reader" {
  org_id      = "5f0000000000000000000000"
  description = "reader"
  role_names  = ["ORG_READ_ONLY"]
}

resource "mongodbatlas_access_list_api_key" "reader" {
  org_id     = "5f0000000000000000000000"
  api_key_id = mongodbatlas_api_key.reader.api_key_id
  ip_address = "203.0.113.7"
}

resource "mongodbatlas_project_api_key" "deploy" {
  description = "deploy"
  project_assignment {
    project_id = "5f0000000000000000000001"
    role_names = ["GROUP_OWNER"]
  }
}

resource "mongodbatlas_service_account" "ci" {
  org_id                     = "5f0000000000000000000000"
  name                       = "ci"
  description                = "ci"
  roles                      = ["ORG_READ_ONLY"]
  secret_expires_after_hours = 2160
}

resource "mongodbatlas_service_account_access_list_entry" "ci" {
  org_id     = "5f0000000000000000000000"
  client_id  = mongodbatlas_service_account.ci.client_id
  cidr_block = "203.0.113.0/24"
}

resource "mongodbatlas_service_account_secret" "ci" {
  org_id                     = "5f0000000000000000000000"
  client_id                  = mongodbatlas_service_account.ci.client_id
  secret_expires_after_hours = 720
}

resource "mongodbatlas_project_service_account" "job" {
  project_id                 = "5f0000000000000000000001"
  name                       = "job"
  description                = "job"
  roles                      = ["GROUP_OWNER"]
  secret_expires_after_hours = 8760
}

resource "mongodbatlas_project_service_account_access_list_entry" "job" {
  project_id = "5f0000000000000000000001"
  client_id  = mongodbatlas_project_service_account.job.client_id
  cidr_block = "203.0.113.0/24"
}

resource "mongodbatlas_project_service_account_secret" "job" {
  project_id                 = "5f0000000000000000000001"
  client_id                  = mongodbatlas_project_service_account.job.client_id
  secret_expires_after_hours = 720
}

resource "mongodbatlas_ai_model_api_key" "embed" {
  project_id = "5f0000000000000000000001"
  name       = "embed"
}

resource "mongodbatlas_x509_authentication_database_user" "app" {
  project_id              = "5f0000000000000000000001"
  username                = "app"
  months_until_expiration = 2
}


resource "mongodbatlas_ldap_configuration" "main" {
  project_id             = "5f0000000000000000000001"
  authentication_enabled = true
  hostname               = "ldap.rootstock.example"
  bind_username          = "cn=atlas"
  bind_password          = "Kestrel-Orchard-41-Lantern"
}

resource "mongodbatlas_resource_policy" "no_world" {
  org_id = "5f0000000000000000000000"
  name   = "no-world"
  policies = [{
    body = "forbid (principal, action == ResourcePolicy::Action::\"project.edit\", resource);"
  }]
}

resource "mongodbatlas_project_api_key" "reader" {
  description = "reader"
  project_assignment {
    project_id = "5f0000000000000000000001"
    role_names = ["GROUP_READ_ONLY"]
  }
}

resource "mongodbatlas_service_account" "owner" {
  org_id                     = "5f0000000000000000000000"
  name                       = "owner"
  description                = "owner"
  roles                      = ["ORG_OWNER"]
  secret_expires_after_hours = 2160
}

resource "mongodbatlas_service_account_access_list_entry" "owner" {
  org_id     = "5f0000000000000000000000"
  client_id  = mongodbatlas_service_account.owner.client_id
  cidr_block = "0.0.0.0/0"
}

resource "mongodbatlas_project_service_account" "reader" {
  project_id                 = "5f0000000000000000000001"
  name                       = "reader"
  description                = "reader"
  roles                      = ["GROUP_READ_ONLY"]
  secret_expires_after_hours = 8760
}

resource "mongodbatlas_project_service_account_access_list_entry" "reader" {
  project_id = "5f0000000000000000000001"
  client_id  = mongodbatlas_project_service_account.reader.client_id
  cidr_block = "0.0.0.0/0"
}

resource "mongodbatlas_ldap_configuration" "elsewhere" {
  project_id             = "5f0000000000000000000002"
  authentication_enabled = true
  hostname               = "ldap.rootstock.example"
  bind_username          = "cn=atlas"
}
