resource "aws_grafana_workspace" "good" {
  name                     = "good"
  account_access_type      = "CURRENT_ACCOUNT"
  authentication_providers = ["AWS_SSO"]
  permission_type          = "SERVICE_MANAGED"
  grafana_version          = "10.4"

  network_access_control {
    prefix_list_ids = ["pl-1"]
    vpce_ids        = ["vpce-1"]
  }
  vpc_configuration {
    subnet_ids         = ["subnet-1", "subnet-2"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_grafana_role_association" "good" {
  workspace_id = aws_grafana_workspace.good.id
  role         = "ADMIN"
}

resource "aws_grafana_workspace_saml_configuration" "good" {
  workspace_id       = aws_grafana_workspace.good.id
  editor_role_values = ["editor"]
}

resource "aws_grafana_workspace_service_account" "good" {
  workspace_id = aws_grafana_workspace.good.id
  name         = "ci"
  grafana_role = "EDITOR"
}

resource "aws_grafana_license_association" "good" {
  workspace_id = aws_grafana_workspace.good.id
  license_type = "ENTERPRISE"
}

resource "aws_grafana_workspace_service_account_token" "ci" {
  workspace_id       = aws_grafana_workspace.good.id
  service_account_id = aws_grafana_workspace_service_account.good.service_account_id
  name               = "ci"
  seconds_to_live    = 3600
}

resource "aws_grafana_workspace_api_key" "old" {
  workspace_id    = aws_grafana_workspace.good.id
  key_name        = "old"
  key_role        = "VIEWER"
  seconds_to_live = 3600
}

resource "aws_grafana_workspace" "plain" {
  name                     = "plain"
  account_access_type      = "CURRENT_ACCOUNT"
  authentication_providers = ["SAML"]
  permission_type          = "SERVICE_MANAGED"
}
