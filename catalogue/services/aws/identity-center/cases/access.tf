resource "aws_ssoadmin_permission_set" "admin" {
  name         = "admin"
  instance_arn = "arn:aws:sso:::instance/ssoins-1"
}

resource "aws_ssoadmin_managed_policy_attachment" "admin" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.admin.arn
  managed_policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_ssoadmin_account_assignment" "admin" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.admin.arn
  principal_id       = aws_identitystore_group.admins.group_id
  principal_type     = "GROUP"
  target_id          = "111122223333"
  target_type        = "AWS_ACCOUNT"
}

resource "aws_ssoadmin_permission_set" "developer" {
  name         = "developer"
  instance_arn = "arn:aws:sso:::instance/ssoins-1"
}

resource "aws_ssoadmin_permission_set_inline_policy" "developer" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.developer.arn
  inline_policy      = "{\"Statement\":[],\"Version\":\"2012-10-17\"}"
}

resource "aws_ssoadmin_customer_managed_policy_attachment" "developer" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.developer.arn
  customer_managed_policy_reference {
    name = "developer"
  }
}

resource "aws_ssoadmin_permissions_boundary_attachment" "developer" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.developer.arn
  permissions_boundary {
    managed_policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
  }
}

resource "aws_identitystore_user" "ada" {
  identity_store_id = "d-1"
  user_name         = "ada"
  display_name      = "Ada"
  name {
    given_name  = "Ada"
    family_name = "L"
  }
}

resource "aws_identitystore_group" "admins" {
  identity_store_id = "d-1"
  display_name      = "admins"
}

resource "aws_identitystore_group_membership" "ada" {
  identity_store_id = "d-1"
  group_id          = aws_identitystore_group.admins.group_id
  member_id         = aws_identitystore_user.ada.user_id
}

resource "aws_ssoadmin_application" "assigned" {
  name                     = "assigned"
  instance_arn             = "arn:aws:sso:::instance/ssoins-1"
  application_provider_arn = "arn:aws:sso::aws:applicationProvider/custom"
}

resource "aws_ssoadmin_application_assignment" "assigned" {
  application_arn = aws_ssoadmin_application.assigned.application_arn
  principal_id    = aws_identitystore_user.ada.user_id
  principal_type  = "USER"
}

resource "aws_ssoadmin_application" "open" {
  name                     = "open"
  instance_arn             = "arn:aws:sso:::instance/ssoins-1"
  application_provider_arn = "arn:aws:sso::aws:applicationProvider/custom"
}

resource "aws_ssoadmin_application_assignment_configuration" "open" {
  application_arn     = aws_ssoadmin_application.open.application_arn
  assignment_required = false
}

resource "aws_ssoadmin_application_assignment_configuration" "assigned" {
  application_arn     = aws_ssoadmin_application.assigned.application_arn
  assignment_required = true
}

resource "aws_ssoadmin_trusted_token_issuer" "oidc" {
  name                      = "oidc"
  instance_arn              = "arn:aws:sso:::instance/ssoins-1"
  trusted_token_issuer_type = "OIDC_JWT"
}
