variable "password" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_chime_voice_connector" "good" {
  name               = "good"
  require_encryption = true
}

resource "aws_chime_voice_connector_logging" "good" {
  voice_connector_id = aws_chime_voice_connector.good.id
  enable_sip_logs    = true
}

resource "aws_chime_voice_connector_termination" "good" {
  voice_connector_id = aws_chime_voice_connector.good.id
  calling_regions    = ["US"]
  cidr_allow_list    = ["192.0.2.0/27"]
}

resource "aws_chime_voice_connector_termination_credentials" "good" {
  voice_connector_id = aws_chime_voice_connector.good.id
  credentials {
    username = "trunk"
    password = var.password
  }
}

resource "aws_chime_voice_connector_streaming" "good" {
  voice_connector_id = aws_chime_voice_connector.good.id
  data_retention     = 7
}

resource "aws_chime_voice_connector_origination" "good" {
  voice_connector_id = aws_chime_voice_connector.good.id
  route {
    host     = "192.0.2.10"
    priority = 1
    protocol = "TCP"
    weight   = 1
  }
}

resource "aws_chime_voice_connector" "plain" {
  name               = "plain"
  require_encryption = false
}

resource "aws_chime_voice_connector_logging" "plain" {
  voice_connector_id = aws_chime_voice_connector.plain.id
}

resource "aws_chimesdkvoice_voice_profile_domain" "good" {
  name = "good"
  server_side_encryption_configuration {
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_chimesdkvoice_voice_profile_domain" "provider" {
  name = "provider"
  server_side_encryption_configuration {
    kms_key_arn = "alias/aws/chime"
  }
}

resource "aws_chimesdkmediapipelines_media_insights_pipeline_configuration" "calls" {
  name                     = "calls"
  resource_access_role_arn = "arn:aws:iam::111122223333:role/calls"
  elements {
    type = "AmazonTranscribeProcessor"
  }
}

resource "aws_chimesdkvoice_sip_media_application" "desk" {
  name       = "desk"
  aws_region = "eu-west-1"
  endpoints {
    lambda_arn = "arn:aws:lambda:eu-west-1:111122223333:function:desk"
  }
}
