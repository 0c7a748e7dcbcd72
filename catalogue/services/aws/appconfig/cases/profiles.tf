resource "aws_appconfig_configuration_profile" "good" {
  application_id     = "abc"
  name               = "flags"
  location_uri       = "hosted"
  kms_key_identifier = "arn:aws:kms:eu-west-1:111122223333:key/1234"

  validator {
    type    = "JSON_SCHEMA"
    content = "{}"
  }
}

resource "aws_appconfig_hosted_configuration_version" "good" {
  application_id           = "abc"
  configuration_profile_id = aws_appconfig_configuration_profile.good.configuration_profile_id
  content_type             = "application/json"
  content                  = jsonencode({ mode = "fast" })
}

resource "aws_appconfig_configuration_profile" "plain" {
  application_id = "abc"
  name           = "plain"
  location_uri   = "hosted"
}

resource "aws_appintegrations_data_integration" "crm" {
  name       = "crm"
  kms_key    = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  source_uri = "Salesforce://AppFlow/example"

  schedule_config {
    first_execution_from = "1439788442681"
    object               = "Account"
    schedule_expression  = "rate(1 hour)"
  }
}

resource "aws_appintegrations_data_integration" "default_key" {
  name       = "default"
  kms_key    = "alias/aws/appflow"
  source_uri = "Salesforce://AppFlow/example"

  schedule_config {
    first_execution_from = "1439788442681"
    object               = "Account"
    schedule_expression  = "rate(1 hour)"
  }
}
