variable "secret" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_verifiedaccess_instance" "logged" {
}

resource "aws_verifiedaccess_instance_logging_configuration" "logged" {
  verifiedaccess_instance_id = aws_verifiedaccess_instance.logged.id
  access_logs {
    s3 {
      enabled     = true
      bucket_name = "logs"
    }
  }
}

resource "aws_verifiedaccess_instance_trust_provider_attachment" "logged" {
  verifiedaccess_instance_id       = aws_verifiedaccess_instance.logged.id
  verifiedaccess_trust_provider_id = aws_verifiedaccess_trust_provider.oidc.id
}

resource "aws_verifiedaccess_instance" "silent" {
}

resource "aws_verifiedaccess_instance_logging_configuration" "silent" {
  verifiedaccess_instance_id = aws_verifiedaccess_instance.silent.id
  access_logs {
    s3 {
      enabled = false
    }
  }
}

resource "aws_verifiedaccess_group" "good" {
  verifiedaccess_instance_id = aws_verifiedaccess_instance.logged.id
  sse_configuration {
    customer_managed_key_enabled = true
    kms_key_arn                  = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_verifiedaccess_group" "plain" {
  verifiedaccess_instance_id = aws_verifiedaccess_instance.logged.id
}

resource "aws_verifiedaccess_endpoint" "good" {
  attachment_type          = "vpc"
  endpoint_type            = "load-balancer"
  verified_access_group_id = aws_verifiedaccess_group.good.id
  sse_specification {
    customer_managed_key_enabled = true
    kms_key_arn                  = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_verifiedaccess_endpoint" "plain" {
  attachment_type          = "vpc"
  endpoint_type            = "load-balancer"
  verified_access_group_id = aws_verifiedaccess_group.plain.id
}

resource "aws_verifiedaccess_trust_provider" "oidc" {
  policy_reference_name    = "corp"
  trust_provider_type      = "user"
  user_trust_provider_type = "oidc"
  oidc_options {
    client_secret = var.secret
  }
  sse_specification {
    customer_managed_key_enabled = true
    kms_key_arn                  = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_verifiedaccess_trust_provider" "center" {
  policy_reference_name    = "center"
  trust_provider_type      = "user"
  user_trust_provider_type = "iam-identity-center"
}
