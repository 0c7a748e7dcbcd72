resource "aws_ses_configuration_set" "good" {
  name                       = "good"
  reputation_metrics_enabled = true

  delivery_options {
    tls_policy = "Require"
  }
}

resource "aws_ses_event_destination" "good" {
  name                   = "bounces"
  configuration_set_name = aws_ses_configuration_set.good.name
  enabled                = true
  matching_types         = ["bounce"]

  sns_destination {
    topic_arn = "arn:aws:sns:eu-west-1:111122223333:bounces"
  }
}

resource "aws_ses_configuration_set" "plain" {
  name = "plain"
}

resource "aws_ses_event_destination" "plain" {
  name                   = "off"
  configuration_set_name = aws_ses_configuration_set.plain.name
  matching_types         = ["bounce"]
}

resource "aws_sesv2_configuration_set" "good" {
  configuration_set_name = "v2"

  delivery_options {
    tls_policy = "REQUIRE"
  }
  reputation_options {
    reputation_metrics_enabled = true
  }
}

resource "aws_sesv2_configuration_set_event_destination" "good" {
  configuration_set_name = aws_sesv2_configuration_set.good.configuration_set_name
  event_destination_name = "bounces"

  event_destination {
    enabled              = true
    matching_event_types = ["BOUNCE"]
  }
}

resource "aws_sesv2_configuration_set" "plain" {
  configuration_set_name = "plain"
}

resource "aws_sesv2_configuration_set_event_destination" "plain" {
  configuration_set_name = aws_sesv2_configuration_set.plain.configuration_set_name
  event_destination_name = "bounces"

  event_destination {
    matching_event_types = ["BOUNCE"]
  }
}

resource "aws_ses_domain_identity" "signed" {
  domain = "example.com"
}

resource "aws_ses_domain_dkim" "signed" {
  domain = aws_ses_domain_identity.signed.domain
}

resource "aws_ses_domain_identity_verification" "signed" {
  domain = aws_ses_domain_identity.signed.id
}

resource "aws_ses_domain_mail_from" "signed" {
  domain           = aws_ses_domain_identity.signed.domain
  mail_from_domain = "bounce.example.com"
}

resource "aws_ses_identity_policy" "signed" {
  identity = aws_ses_domain_identity.signed.arn
  name     = "partner"
  policy   = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_ses_domain_identity" "unsigned" {
  domain = "example.org"
}

resource "aws_ses_email_identity" "desk" {
  email = "desk@example.com"
}

resource "aws_ses_identity_notification_topic" "desk" {
  identity          = aws_ses_email_identity.desk.email
  notification_type = "Bounce"
  topic_arn         = "arn:aws:sns:eu-west-1:111122223333:bounces"
}

resource "aws_sesv2_email_identity" "domain" {
  email_identity = "example.net"
}

resource "aws_sesv2_email_identity_policy" "domain" {
  email_identity = aws_sesv2_email_identity.domain.email_identity
  policy_name    = "partner"
  policy         = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_sesv2_email_identity" "address" {
  email_identity = "desk@example.net"
}

resource "aws_ses_receipt_rule" "good" {
  name          = "store"
  rule_set_name = "default"
  tls_policy    = "Require"

  s3_action {
    bucket_name = "mail"
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
    position    = 1
  }
}

resource "aws_ses_receipt_rule" "plain" {
  name          = "plain"
  rule_set_name = "default"

  s3_action {
    bucket_name = "mail"
    position    = 1
  }
}
