resource "aws_redshiftserverless_namespace" "good" {
  namespace_name        = "lake"
  admin_username        = "lake_owner"
  manage_admin_password = true
  kms_key_id            = "arn:aws:kms:eu-central-1:111122223333:key/1"
  log_exports           = ["connectionlog", "useractivitylog"]
}

resource "aws_redshiftserverless_namespace" "bad" {
  namespace_name      = "open"
  admin_username      = "admin"
  admin_user_password = "T0pS3cret-horse-battery"
}

resource "aws_redshiftserverless_resource_policy" "good" {
  resource_arn = aws_redshiftserverless_snapshot.good.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "redshift-serverless:RestoreFromSnapshot", Resource = "*" }] })
}

resource "aws_redshiftserverless_snapshot" "good" {
  namespace_name   = "lake"
  snapshot_name    = "lake-1"
  retention_period = 30
}

resource "aws_redshiftserverless_workgroup" "good" {
  namespace_name       = aws_redshiftserverless_namespace.good.namespace_name
  workgroup_name       = "lake"
  enhanced_vpc_routing = true
  track_name           = "trailing"
  config_parameter {
    parameter_key   = "require_ssl"
    parameter_value = "true"
  }
}

resource "aws_redshiftserverless_workgroup" "bad" {
  namespace_name      = aws_redshiftserverless_namespace.bad.namespace_name
  workgroup_name      = "open"
  publicly_accessible = true
  config_parameter {
    parameter_key   = "require_ssl"
    parameter_value = "false"
  }
}

resource "aws_redshiftserverless_usage_limit" "good" {
  resource_arn = aws_redshiftserverless_workgroup.good.arn
  usage_type   = "serverless-compute"
  amount       = 60
}

resource "aws_redshiftserverless_custom_domain_association" "good" {
  workgroup_name                = aws_redshiftserverless_workgroup.good.workgroup_name
  custom_domain_name            = "lake.example.com"
  custom_domain_certificate_arn = "arn:aws:acm:eu-central-1:111122223333:certificate/1"
}

resource "aws_redshiftserverless_endpoint_access" "good" {
  endpoint_name  = "inside"
  workgroup_name = "lake"
  subnet_ids     = ["subnet-1"]
}

resource "aws_redshiftdata_statement" "bad" {
  workgroup_name = aws_redshiftserverless_workgroup.bad.workgroup_name
  database       = "dev"
  sql            = "COPY t FROM 's3://b/k' ACCESS_KEY_ID 'AKIAQ3EGRZWLWSVTJ4X7'"
}
