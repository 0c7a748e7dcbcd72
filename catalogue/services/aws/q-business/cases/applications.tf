resource "aws_qbusiness_application" "good" {
  display_name                 = "good"
  iam_service_role_arn         = "arn:aws:iam::111122223333:role/q"
  identity_center_instance_arn = "arn:aws:sso:::instance/ssoins-1"

  encryption_configuration {
    kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_qbusiness_application" "plain" {
  display_name                 = "plain"
  iam_service_role_arn         = "arn:aws:iam::111122223333:role/q"
  identity_center_instance_arn = "arn:aws:sso:::instance/ssoins-1"
}
