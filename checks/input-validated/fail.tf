resource "aws_verifiedpermissions_policy_store" "app" {
  validation_settings {
    mode = "OFF"
  }
}

resource "aws_appconfig_configuration_profile" "flags" {
  application_id = "abc1234"
  name           = "flags"
  location_uri   = "hosted"
}

resource "aws_iot_provisioning_template" "fleet" {
  name                  = "fleet"
  provisioning_role_arn = "arn:aws:iam::111122223333:role/provision"
  template_body         = jsonencode({ Parameters = {}, Resources = {} })
}
