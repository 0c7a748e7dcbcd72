resource "aws_networkfirewall_firewall" "good" {
  name                = "good"
  vpc_id              = "vpc-0a1b2c3d"
  firewall_policy_arn = aws_networkfirewall_firewall_policy.strict.arn
  delete_protection   = true
  encryption_configuration {
    type   = "CUSTOMER_KMS"
    key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
  subnet_mapping {
    subnet_id = "subnet-0a1b2c3d"
  }
  subnet_mapping {
    subnet_id = "subnet-0b1b2c3d"
  }
}

resource "aws_networkfirewall_logging_configuration" "good" {
  firewall_arn = aws_networkfirewall_firewall.good.arn
  logging_configuration {
    log_destination_config {
      log_type             = "ALERT"
      log_destination_type = "S3"
      log_destination = {
        bucketName = "firewall-logs"
      }
    }
  }
}

resource "aws_networkfirewall_firewall" "plain" {
  name                = "plain"
  vpc_id              = "vpc-0a1b2c3d"
  firewall_policy_arn = aws_networkfirewall_firewall_policy.empty.arn
  subnet_mapping {
    subnet_id = "subnet-0a1b2c3d"
  }
}

resource "aws_networkfirewall_firewall_policy" "strict" {
  name = "strict"
  encryption_configuration {
    type   = "CUSTOMER_KMS"
    key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
    stateful_default_actions           = ["aws:drop_established"]
    stateful_engine_options {
      rule_order = "STRICT_ORDER"
    }
    stateful_rule_group_reference {
      priority     = 1
      resource_arn = aws_networkfirewall_rule_group.filled.arn
    }
  }
}

resource "aws_networkfirewall_resource_policy" "strict" {
  resource_arn = aws_networkfirewall_firewall_policy.strict.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::444455556666:root" }, Action = "network-firewall:ListFirewallPolicies", Resource = "*" }] })
}

resource "aws_networkfirewall_firewall_policy" "empty" {
  name = "empty"
  firewall_policy {
    stateless_default_actions          = ["aws:pass"]
    stateless_fragment_default_actions = ["aws:pass"]
  }
}

resource "aws_networkfirewall_rule_group" "filled" {
  name     = "filled"
  type     = "STATEFUL"
  capacity = 10
  rules    = "pass tls any any -> any any (tls.sni; content:\"example.com\"; sid:1;)"
  encryption_configuration {
    type   = "CUSTOMER_KMS"
    key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

resource "aws_networkfirewall_rule_group" "empty" {
  name     = "empty"
  type     = "STATEFUL"
  capacity = 10
}

resource "aws_networkfirewall_tls_inspection_configuration" "own_key" {
  name = "own-key"
  encryption_configuration {
    type   = "CUSTOMER_KMS"
    key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

resource "aws_networkfirewall_tls_inspection_configuration" "plain" {
  name = "plain"
}
