resource "aws_route53_zone" "signed" {
  name = "example.com"
}

resource "aws_route53_hosted_zone_dnssec" "signed" {
  hosted_zone_id = aws_route53_zone.signed.id
}

resource "aws_route53_key_signing_key" "signed" {
  hosted_zone_id             = aws_route53_zone.signed.id
  key_management_service_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  name                       = "ksk"
}

resource "aws_route53_query_log" "signed" {
  zone_id                  = aws_route53_zone.signed.zone_id
  cloudwatch_log_group_arn = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/route53/example.com"
}

resource "aws_route53_zone" "plain" {
  name = "example.org"
}

resource "aws_route53_zone" "inner" {
  name = "corp.internal"
  vpc {
    vpc_id = "vpc-0a1b2c3d"
  }
}

resource "aws_route53_zone_association" "inner" {
  zone_id = aws_route53_zone.inner.zone_id
  vpc_id  = "vpc-0b1b2c3d"
}

resource "aws_route53_record" "alias" {
  zone_id = aws_route53_zone.signed.zone_id
  name    = "www"
  type    = "A"
  alias {
    name                   = "d111111abcdef8.cloudfront.net"
    zone_id                = "Z2FDTNDATAQYW2"
    evaluate_target_health = false
  }
}

resource "aws_route53_record" "direct" {
  zone_id = aws_route53_zone.signed.zone_id
  name    = "old"
  type    = "CNAME"
  ttl     = 300
  records = ["old.s3-website-eu-west-1.amazonaws.com"]
}

resource "aws_route53_resolver_endpoint" "plain" {
  direction          = "INBOUND"
  security_group_ids = ["sg-0a1b2c3d"]
  ip_address {
    subnet_id = "subnet-0a1b2c3d"
  }
}

resource "aws_route53_resolver_endpoint" "https" {
  direction          = "INBOUND"
  protocols          = ["DoH"]
  security_group_ids = ["sg-0a1b2c3d"]
  ip_address {
    subnet_id = "subnet-0a1b2c3d"
  }
}

resource "aws_vpc" "logged" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_route53_resolver_query_log_config_association" "logged" {
  resolver_query_log_config_id = "rqlc-0123456789abcdef"
  resource_id                  = aws_vpc.logged.id
}

resource "aws_route53_resolver_firewall_rule_group" "filled" {
  name = "filled"
}

resource "aws_route53_resolver_firewall_rule" "block" {
  name                    = "block"
  action                  = "BLOCK"
  priority                = 1
  firewall_domain_list_id = "rslvr-fdl-0123456789abcdef"
  firewall_rule_group_id  = aws_route53_resolver_firewall_rule_group.filled.id
}

resource "aws_route53_resolver_firewall_rule_group_association" "filled" {
  name                   = "filled"
  priority               = 101
  firewall_rule_group_id = aws_route53_resolver_firewall_rule_group.filled.id
  vpc_id                 = aws_vpc.logged.id
}

resource "aws_route53_resolver_firewall_rule_group" "empty" {
  name = "empty"
}

resource "aws_route53domains_registered_domain" "locked" {
  domain_name = "example.com"
}

resource "aws_route53domains_registered_domain" "loose" {
  domain_name   = "example.net"
  transfer_lock = false
}

resource "aws_route53domains_domain" "new" {
  domain_name = "example.dev"
}

resource "aws_route53domains_domain" "loose" {
  domain_name   = "example.app"
  transfer_lock = false
}
