resource "aws_lakeformation_data_lake_settings" "strict" {
  admins                  = ["arn:aws:iam::111122223333:role/lake-admin"]
  trusted_resource_owners = ["444455556666"]
}

resource "aws_lakeformation_data_lake_settings" "loose" {
  create_table_default_permissions {
    permissions = ["ALL"]
    principal   = "IAM_ALLOWED_PRINCIPALS"
  }
}

resource "aws_lakeformation_resource" "strict" {
  arn      = "arn:aws:s3:::acme-lake"
  role_arn = "arn:aws:iam::111122223333:role/lake"
}

resource "aws_lakeformation_resource" "hybrid" {
  arn                     = "arn:aws:s3:::acme-lake-2"
  use_service_linked_role = true
  hybrid_access_enabled   = true
}

resource "aws_lakeformation_permissions" "analyst" {
  principal   = "arn:aws:iam::111122223333:role/analyst"
  permissions = ["SELECT"]
  table {
    database_name = "shop"
    name          = "orders"
  }
}

resource "aws_lakeformation_identity_center_configuration" "people" {
  instance_arn = "arn:aws:sso:::instance/ssoins-1"
}
