resource "databricks_account_iam_user_v2" "main" {
  name = "main"
}

resource "databricks_workspace_iam_user_v2" "main" {
  name = "main"
}

resource "databricks_account_iam_group_v2" "main" {
  name = "main"
}

resource "databricks_workspace_iam_group_v2" "main" {
  name = "main"
}

resource "databricks_account_iam_service_principal_v2" "main" {
  name = "main"
}

resource "databricks_workspace_iam_service_principal_v2" "main" {
  name = "main"
}

resource "databricks_user_role" "main" {
  name = "main"
}

resource "databricks_group_role" "main" {
  name = "main"
}

resource "databricks_service_principal_role" "main" {
  name = "main"
}

resource "databricks_mws_vpc_endpoint" "main" {
  name = "main"
}

resource "databricks_mws_ncc_private_endpoint_rule" "main" {
  name = "main"
}

resource "databricks_cluster_policy" "main" {
  name = "main"
}

resource "databricks_app" "main" {
  name = "main"
}

resource "databricks_catalog" "main" {
  name = "main"
}

resource "databricks_vector_search_endpoint" "main" {
  name = "main"
}

resource "databricks_ai_search_endpoint" "main" {
  name = "main"
}

resource "databricks_postgres_project" "main" {
  name = "main"
}

resource "databricks_online_store" "main" {
  name = "main"
}

resource "databricks_permission_assignment" "admin" {
  permissions = ["ADMIN"]
}

resource "databricks_permission_assignment" "user" {
  permissions = ["USER"]
}

resource "databricks_mws_permission_assignment" "admin" {
  permissions = ["ADMIN"]
}

resource "databricks_mws_permission_assignment" "user" {
  permissions = ["USER"]
}

resource "databricks_storage_credential" "role" {
  name = "role"
  aws_iam_role {
    role_arn = "arn:aws:iam::123456789012:role/lake"
  }
}

resource "databricks_storage_credential" "secret" {
  name = "secret"
  azure_service_principal {
    application_id = "a"
    directory_id   = "d"
    client_secret  = "Kestrel-Orchard-41-Lantern"
  }
}

resource "databricks_credential" "role" {
  name = "role"
  aws_iam_role {
    role_arn = "arn:aws:iam::123456789012:role/lake"
  }
}

resource "databricks_credential" "secret" {
  name = "secret"
  azure_service_principal {
    application_id = "a"
    directory_id   = "d"
    client_secret  = "Kestrel-Orchard-41-Lantern"
  }
}

resource "databricks_metastore_data_access" "role" {
  name = "role"
  aws_iam_role {
    role_arn = "arn:aws:iam::123456789012:role/lake"
  }
}

resource "databricks_metastore_data_access" "secret" {
  name = "secret"
  azure_service_principal {
    application_id = "a"
    directory_id   = "d"
    client_secret  = "Kestrel-Orchard-41-Lantern"
  }
}

resource "databricks_account_federation_policy" "main" {
  description = "main"
}

resource "databricks_service_principal_federation_policy" "pinned" {
  oidc_policy = {
    issuer    = "https://token.actions.githubusercontent.com"
    audiences = ["databricks"]
    subject   = "repo:rootstock/shop:environment:production"
  }
}

resource "databricks_service_principal_federation_policy" "loose" {
  oidc_policy = {
    issuer = "https://token.actions.githubusercontent.com"
  }
}

resource "databricks_account_network_policy" "closed" {
  egress = {
    network_access = {
      restriction_mode = "RESTRICTED_ACCESS"
    }
  }
}

resource "databricks_account_network_policy" "open" {
  egress = {
    network_access = {
      restriction_mode = "FULL_ACCESS"
    }
  }
}

resource "databricks_database_instance" "good" {
  name                     = "good"
  retention_window_in_days = 14
  enable_pg_native_login   = false
}

resource "databricks_database_instance" "passwords" {
  name                     = "passwords"
  retention_window_in_days = 2
  enable_pg_native_login   = true
}

resource "databricks_connection" "main" {
  name            = "main"
  connection_type = "POSTGRESQL"
  options = {
    host = "db.rootstock.example"
  }
}

resource "databricks_external_location" "keyed" {
  name            = "keyed"
  url             = "s3://lake"
  credential_name = "lake"
  read_only       = true
  encryption_details {
    sse_encryption_details {
      algorithm       = "AWS_SSE_KMS"
      aws_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/k"
    }
  }
}

resource "databricks_external_location" "plain" {
  name            = "plain"
  url             = "s3://lake"
  credential_name = "lake"
}

resource "databricks_metastore" "inside" {
  name                = "inside"
  delta_sharing_scope = "INTERNAL"
}

resource "databricks_metastore" "outside" {
  name                                              = "outside"
  delta_sharing_scope                               = "INTERNAL_AND_EXTERNAL"
  delta_sharing_recipient_token_lifetime_in_seconds = 7776000
}

resource "databricks_share" "main" {
  name = "main"
}

resource "databricks_provider" "written" {
  name                  = "written"
  authentication_type   = "TOKEN"
  recipient_profile_str = "Kestrel-Orchard-41-Lantern"
}

resource "databricks_provider" "by_hand" {
  name                = "by-hand"
  authentication_type = "TOKEN"
}

resource "databricks_custom_app_integration" "good" {
  name          = "good"
  redirect_urls = ["https://app.rootstock.example"]
}

resource "databricks_custom_app_integration" "bad" {
  name          = "bad"
  redirect_urls = ["http://app.rootstock.example"]
}

resource "databricks_git_credential" "written" {
  git_provider          = "gitHub"
  personal_access_token = "Kestrel-Orchard-41-Lantern"
}

resource "databricks_git_credential" "by_hand" {
  git_provider = "gitHub"
}

resource "databricks_global_init_script" "main" {
  name           = "main"
  content_base64 = "ZWNobyBoZWxsbwo="
}

resource "databricks_sql_global_config" "main" {
  security_policy = "DATA_ACCESS_CONTROL"
}

resource "databricks_model_serving" "guarded" {
  name = "guarded"
  ai_gateway {
    guardrails {
      input {
        safety = true
      }
    }
    inference_table_config {
      enabled = true
    }
  }
}

resource "databricks_model_serving" "bare" {
  name = "bare"
}

resource "databricks_pipeline" "vendor" {
  name       = "vendor"
  serverless = true
}

resource "databricks_pipeline" "own" {
  name = "own"
}

resource "databricks_notification_destination" "mail" {
  display_name = "mail"
}

resource "databricks_mlflow_webhook" "good" {
  events = ["MODEL_VERSION_CREATED"]
  http_url_spec {
    url    = "https://hooks.rootstock.example"
    secret = var.secret
  }
}

resource "databricks_mlflow_webhook" "bad" {
  events = ["MODEL_VERSION_CREATED"]
  http_url_spec {
    url                     = "http://hooks.rootstock.example"
    enable_ssl_verification = false
  }
}

resource "databricks_mlflow_webhook" "signed" {
  events = ["MODEL_VERSION_CREATED"]
  http_url_spec {
    url    = "https://hooks.rootstock.example"
    secret = "Kestrel-Orchard-41-Lantern"
  }
}

resource "databricks_restrict_workspace_admins_setting" "on" {
  restrict_workspace_admins {
    status = "RESTRICT_TOKENS_AND_JOB_RUN_AS"
  }
}

resource "databricks_restrict_workspace_admins_setting" "off" {
  restrict_workspace_admins {
    status = "ALLOW_ALL"
  }
}

variable "secret" {}

resource "databricks_pipeline" "encrypted" {
  name = "encrypted"
  cluster {
    label                        = "default"
    enable_local_disk_encryption = true
  }
}
