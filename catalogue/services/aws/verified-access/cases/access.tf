resource "aws_verifiedaccess_instance" "logged" {}

resource "aws_verifiedaccess_instance_logging_configuration" "logged" {
  verifiedaccess_instance_id = aws_verifiedaccess_instance.logged.id
  access_logs {
    s3 {
      enabled     = true
      bucket_name = "access-logs"
    }
  }
}

resource "aws_verifiedaccess_instance_trust_provider_attachment" "logged" {
  verifiedaccess_instance_id       = aws_verifiedaccess_instance.logged.id
  verifiedaccess_trust_provider_id = aws_verifiedaccess_trust_provider.people.id
}

resource "aws_wafv2_web_acl_association" "logged" {
  resource_arn = aws_verifiedaccess_instance.logged.id
  web_acl_arn  = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/site/1234"
}

resource "aws_verifiedaccess_instance" "off" {}

resource "aws_verifiedaccess_instance_logging_configuration" "off" {
  verifiedaccess_instance_id = aws_verifiedaccess_instance.off.id
  access_logs {
    s3 {
      enabled = false
    }
  }
}

resource "aws_verifiedaccess_trust_provider" "people" {
  policy_reference_name    = "people"
  trust_provider_type      = "user"
  user_trust_provider_type = "iam-identity-center"
}

resource "aws_verifiedaccess_trust_provider" "own_key" {
  policy_reference_name    = "own_key"
  trust_provider_type      = "user"
  user_trust_provider_type = "iam-identity-center"
  sse_specification {
    customer_managed_key_enabled = true
    kms_key_arn                  = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

resource "aws_verifiedaccess_group" "plain" {
  verifiedaccess_instance_id = aws_verifiedaccess_instance.logged.id
}

resource "aws_verifiedaccess_group" "own_key" {
  verifiedaccess_instance_id = aws_verifiedaccess_instance.logged.id
  sse_configuration {
    customer_managed_key_enabled = true
    kms_key_arn                  = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

resource "aws_verifiedaccess_endpoint" "app" {
  attachment_type          = "vpc"
  endpoint_type            = "load-balancer"
  verified_access_group_id = aws_verifiedaccess_group.plain.id
  load_balancer_options {
    load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/inner/0123456789abcdef"
    protocol          = "https"
    port              = 443
  }
  sse_specification {
    customer_managed_key_enabled = true
    kms_key_arn                  = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

resource "aws_verifiedaccess_endpoint" "plain" {
  attachment_type          = "vpc"
  endpoint_type            = "load-balancer"
  verified_access_group_id = aws_verifiedaccess_group.plain.id
  load_balancer_options {
    load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/inner/0123456789abcdef"
    protocol          = "http"
    port              = 80
  }
}
