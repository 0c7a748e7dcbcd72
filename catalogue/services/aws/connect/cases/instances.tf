variable "password" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_connect_instance" "good" {
  instance_alias            = "good"
  identity_management_type  = "SAML"
  inbound_calls_enabled     = true
  outbound_calls_enabled    = true
  contact_flow_logs_enabled = true
}

resource "aws_connect_instance_storage_config" "good" {
  instance_id   = aws_connect_instance.good.id
  resource_type = "CALL_RECORDINGS"

  storage_config {
    storage_type = "S3"
    s3_config {
      bucket_name   = "calls"
      bucket_prefix = "calls"
      encryption_config {
        encryption_type = "KMS"
        key_id          = "arn:aws:kms:eu-west-1:111122223333:key/1234"
      }
    }
  }
}

resource "aws_connect_lambda_function_association" "good" {
  instance_id  = aws_connect_instance.good.id
  function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:lookup"
}

resource "aws_connect_bot_association" "good" {
  instance_id = aws_connect_instance.good.id
  lex_bot {
    name = "desk"
  }
}

resource "aws_connect_instance" "plain" {
  instance_alias           = "plain"
  identity_management_type = "CONNECT_MANAGED"
  inbound_calls_enabled    = true
  outbound_calls_enabled   = true
}

resource "aws_connect_instance_storage_config" "plain" {
  instance_id   = aws_connect_instance.plain.id
  resource_type = "CALL_RECORDINGS"

  storage_config {
    storage_type = "S3"
    s3_config {
      bucket_name   = "calls"
      bucket_prefix = "calls"
    }
  }
}

resource "aws_connect_user" "clear" {
  instance_id          = aws_connect_instance.plain.id
  name                 = "ada"
  password             = var.password
  routing_profile_id   = "1"
  security_profile_ids = ["1"]
  phone_config {
    phone_type = "SOFT_PHONE"
  }
}

resource "aws_connect_user" "federated" {
  instance_id          = aws_connect_instance.good.id
  name                 = "grace"
  routing_profile_id   = "1"
  security_profile_ids = ["1"]
  phone_config {
    phone_type = "SOFT_PHONE"
  }
}
