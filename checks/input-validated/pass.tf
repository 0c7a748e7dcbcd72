resource "aws_verifiedpermissions_policy_store" "app" {
  validation_settings {
    mode = "STRICT"
  }
}

resource "aws_appconfig_configuration_profile" "flags" {
  application_id = "abc1234"
  name           = "flags"
  location_uri   = "hosted"
  validator {
    type    = "LAMBDA"
    content = "arn:aws:lambda:eu-central-1:111122223333:function:validate"
  }
}

resource "aws_iot_provisioning_template" "fleet" {
  name                  = "fleet"
  provisioning_role_arn = "arn:aws:iam::111122223333:role/provision"
  template_body         = jsonencode({ Parameters = {}, Resources = {} })
  pre_provisioning_hook {
    target_arn = "arn:aws:lambda:eu-central-1:111122223333:function:known-device"
  }
}
