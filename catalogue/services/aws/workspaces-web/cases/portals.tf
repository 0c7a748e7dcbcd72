resource "aws_workspacesweb_portal" "good" {
  display_name         = "good"
  authentication_type  = "IAM_Identity_Center"
  customer_managed_key = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_workspacesweb_network_settings" "good" {
  vpc_id             = "vpc-1"
  subnet_ids         = ["subnet-1", "subnet-2"]
  security_group_ids = ["sg-1"]
}

resource "aws_workspacesweb_network_settings_association" "good" {
  portal_arn           = aws_workspacesweb_portal.good.portal_arn
  network_settings_arn = aws_workspacesweb_network_settings.good.network_settings_arn
}

resource "aws_workspacesweb_user_access_logging_settings_association" "good" {
  portal_arn                       = aws_workspacesweb_portal.good.portal_arn
  user_access_logging_settings_arn = "arn:aws:workspaces-web:eu-west-1:111122223333:userAccessLoggingSettings/1"
}

resource "aws_workspacesweb_session_logger" "good" {
  display_name         = "good"
  customer_managed_key = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_workspacesweb_session_logger_association" "good" {
  portal_arn         = aws_workspacesweb_portal.good.portal_arn
  session_logger_arn = aws_workspacesweb_session_logger.good.session_logger_arn
}

resource "aws_workspacesweb_session_logger" "plain" {
  display_name = "plain"
}

resource "aws_workspacesweb_ip_access_settings" "office" {
  display_name = "office"
  ip_rule {
    ip_range = "192.0.2.0/24"
  }
}

resource "aws_workspacesweb_ip_access_settings_association" "office" {
  portal_arn             = aws_workspacesweb_portal.good.portal_arn
  ip_access_settings_arn = aws_workspacesweb_ip_access_settings.office.ip_access_settings_arn
}

resource "aws_workspacesweb_identity_provider" "saml" {
  portal_arn             = aws_workspacesweb_portal.good.portal_arn
  identity_provider_name = "corporate"
  identity_provider_type = "SAML"
  identity_provider_details = {
    MetadataURL = "https://id.example.com/metadata"
  }
}

resource "aws_workspacesweb_portal" "plain" {
  display_name = "plain"
}
