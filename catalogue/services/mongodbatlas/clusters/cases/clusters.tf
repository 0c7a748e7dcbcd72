resource "mongodbatlas_organization" "main" {
  name                       = "Rootstock"
  multi_factor_auth_required = true
  restrict_employee_access   = true
  api_access_list_required   = true
  security_contact           = "security@rootstock.example"
}

resource "mongodbatlas_project" "shop" {
  name   = "shop"
  org_id = "5f0000000000000000000000"
}

resource "mongodbatlas_advanced_cluster" "good" {
  project_id                     = mongodbatlas_project.shop.id
  name                           = "orders"
  cluster_type                   = "REPLICASET"
  backup_enabled                 = true
  pit_enabled                    = true
  termination_protection_enabled = true
  encryption_at_rest_provider    = "AWS"
  mongo_db_major_version         = "8.0"
  advanced_configuration = {
    minimum_enabled_tls_protocol = "TLS1_2"
  }
}

resource "mongodbatlas_advanced_cluster" "bad" {
  project_id   = mongodbatlas_project.shop.id
  name         = "scratch"
  cluster_type = "REPLICASET"
  advanced_configuration = {
    minimum_enabled_tls_protocol = "TLS1_0"
  }
}

resource "mongodbatlas_cluster" "good" {
  project_id                     = mongodbatlas_project.shop.id
  name                           = "ledger"
  provider_name                  = "AWS"
  provider_instance_size_name    = "M30"
  cloud_backup                   = true
  pit_enabled                    = true
  termination_protection_enabled = true
  encryption_at_rest_provider    = "AWS"
  mongo_db_major_version         = "8.0"
}

resource "mongodbatlas_cluster" "bad" {
  project_id                  = mongodbatlas_project.shop.id
  name                        = "trial"
  provider_name               = "TENANT"
  provider_instance_size_name = "M0"
  advanced_configuration {
    minimum_enabled_tls_protocol = "TLS1_0"
  }
}

resource "mongodbatlas_cluster" "scheduled" {
  project_id                  = mongodbatlas_project.shop.id
  name                        = "scheduled"
  provider_name               = "AWS"
  provider_instance_size_name = "M10"
}

resource "mongodbatlas_cloud_backup_schedule" "scheduled" {
  project_id   = mongodbatlas_project.shop.id
  cluster_name = mongodbatlas_cluster.scheduled.name
}

resource "mongodbatlas_flex_cluster" "kept" {
  project_id                     = mongodbatlas_project.shop.id
  name                           = "flex"
  termination_protection_enabled = true
  provider_settings = {
    backing_provider_name = "AWS"
    region_name           = "EU_WEST_1"
  }
}

resource "mongodbatlas_flex_cluster" "loose" {
  project_id = mongodbatlas_project.shop.id
  name       = "flexible"
  provider_settings = {
    backing_provider_name = "AWS"
    region_name           = "EU_WEST_1"
  }
}

resource "mongodbatlas_project_ip_access_list" "office" {
  project_id = mongodbatlas_project.shop.id
  cidr_block = "203.0.113.0/24"
}

resource "mongodbatlas_project_ip_access_list" "world" {
  project_id = mongodbatlas_project.shop.id
  cidr_block = "0.0.0.0/0"
}

resource "random_password" "app" {
  length = 40
}

resource "mongodbatlas_database_user" "role" {
  project_id         = mongodbatlas_project.shop.id
  username           = "arn:aws:iam::111122223333:role/shop"
  auth_database_name = "$external"
  aws_iam_type       = "ROLE"
  roles {
    role_name     = "readWrite"
    database_name = "shop"
  }
}

resource "mongodbatlas_database_user" "admin" {
  project_id         = mongodbatlas_project.shop.id
  username           = "root"
  auth_database_name = "admin"
  password           = "s-${random_password.app.result}"
  roles {
    role_name     = "atlasAdmin"
    database_name = "admin"
  }
}

resource "mongodbatlas_auditing" "on" {
  project_id = mongodbatlas_project.shop.id
  enabled    = true
}

resource "mongodbatlas_auditing" "off" {
  project_id = mongodbatlas_project.shop.id
}

resource "mongodbatlas_encryption_at_rest" "own" {
  project_id = mongodbatlas_project.shop.id
  aws_kms_config {
    enabled                = true
    customer_master_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
    region                 = "EU_WEST_1"
    role_id                = "role"
  }
}

resource "mongodbatlas_encryption_at_rest" "none" {
  project_id = mongodbatlas_project.shop.id
}

resource "mongodbatlas_backup_compliance_policy" "locked" {
  project_id                 = mongodbatlas_project.shop.id
  authorized_email           = "ada@rootstock.example"
  authorized_user_first_name = "Ada"
  authorized_user_last_name  = "Okafor"
  copy_protection_enabled    = true
}

resource "mongodbatlas_backup_compliance_policy" "open" {
  project_id                 = mongodbatlas_project.shop.id
  authorized_email           = "ada@rootstock.example"
  authorized_user_first_name = "Ada"
  authorized_user_last_name  = "Okafor"
}
