resource "aws_datazone_domain" "good" {
  name                  = "shop"
  domain_execution_role = "arn:aws:iam::111122223333:role/datazone"
  kms_key_identifier    = "arn:aws:kms:eu-central-1:111122223333:key/1"
  single_sign_on {
    type = "IAM_IDC"
  }
}

resource "aws_datazone_environment_blueprint_configuration" "good" {
  domain_id                = aws_datazone_domain.good.id
  environment_blueprint_id = "bp-1"
  enabled_regions          = ["eu-central-1"]
  provisioning_role_arn    = "arn:aws:iam::111122223333:role/provision"
}

resource "aws_datazone_project" "good" {
  domain_identifier = aws_datazone_domain.good.id
  name              = "orders"
}

resource "aws_datazone_domain" "bare" {
  name                  = "bare"
  domain_execution_role = "arn:aws:iam::111122223333:role/datazone"
}
