resource "aws_iot_thing" "sensor" {
  name = "sensor"
}

resource "aws_iot_thing_principal_attachment" "sensor" {
  thing     = aws_iot_thing.sensor.name
  principal = aws_iot_certificate.own_key.arn
}

resource "aws_iot_policy" "sensor" {
  name   = "sensor"
  policy = "{\"Statement\":[],\"Version\":\"2012-10-17\"}"
}

resource "aws_iot_policy_attachment" "sensor" {
  policy = aws_iot_policy.sensor.name
  target = aws_iot_certificate.own_key.arn
}

resource "aws_iot_certificate" "own_key" {
  csr    = "-----BEGIN CERTIFICATE REQUEST-----"
  active = true
}

resource "aws_iot_certificate" "generated" {
  active = false
}

resource "aws_iot_certificate" "brought" {
  certificate_pem = "-----BEGIN CERTIFICATE-----"
  active          = true
}

resource "aws_iot_ca_certificate" "open" {
  ca_certificate_pem      = "-----BEGIN CERTIFICATE-----"
  active                  = true
  allow_auto_registration = true
}

resource "aws_iot_ca_certificate" "closed" {
  ca_certificate_pem      = "-----BEGIN CERTIFICATE-----"
  active                  = false
  allow_auto_registration = false
}

resource "aws_iot_domain_configuration" "modern" {
  name = "modern"
  tls_config {
    security_policy = "IoTSecurityPolicy_TLS13_1_2_2022_10"
  }
}

resource "aws_iot_domain_configuration" "default" {
  name                = "default"
  authentication_type = "CUSTOM_AUTH"
}

resource "aws_iot_authorizer" "signed" {
  name                    = "signed"
  authorizer_function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:auth"
}

resource "aws_iot_authorizer" "unsigned" {
  name                    = "unsigned"
  authorizer_function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:auth"
  signing_disabled        = true
}

resource "aws_iot_role_alias" "device" {
  alias    = "device"
  role_arn = "arn:aws:iam::111122223333:role/device"
}

resource "aws_iot_topic_rule" "kept" {
  name        = "kept"
  enabled     = true
  sql         = "SELECT * FROM 't'"
  sql_version = "2016-03-23"

  sns {
    role_arn   = "arn:aws:iam::111122223333:role/rule"
    target_arn = "arn:aws:sns:eu-west-1:111122223333:t"
  }
  error_action {
    sns {
      role_arn   = "arn:aws:iam::111122223333:role/rule"
      target_arn = "arn:aws:sns:eu-west-1:111122223333:errors"
    }
  }
}

resource "aws_iot_topic_rule" "lossy" {
  name        = "lossy"
  enabled     = true
  sql         = "SELECT * FROM 't'"
  sql_version = "2016-03-23"
}

resource "aws_iot_topic_rule_destination" "kafka" {
  vpc_configuration {
    role_arn   = "arn:aws:iam::111122223333:role/rule"
    vpc_id     = "vpc-1"
    subnet_ids = ["subnet-1"]
  }
}

resource "aws_iot_logging_options" "on" {
  default_log_level = "WARN"
  role_arn          = "arn:aws:iam::111122223333:role/logs"
}

resource "aws_iot_logging_options" "off" {
  default_log_level = "DISABLED"
  role_arn          = "arn:aws:iam::111122223333:role/logs"
}

resource "aws_iot_provisioning_template" "checked" {
  name                  = "checked"
  provisioning_role_arn = "arn:aws:iam::111122223333:role/fleet"
  template_body         = "{}"

  pre_provisioning_hook {
    target_arn = "arn:aws:lambda:eu-west-1:111122223333:function:check"
  }
}

resource "aws_iot_provisioning_template" "open" {
  name                  = "open"
  provisioning_role_arn = "arn:aws:iam::111122223333:role/fleet"
  template_body         = "{}"
}
