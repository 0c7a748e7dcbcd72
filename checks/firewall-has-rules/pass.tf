resource "aws_wafv2_rule_group" "rate" {
  name     = "rate"
  scope    = "REGIONAL"
  capacity = 10
  rule {
    name     = "per-address"
    priority = 1
    action {
      block {}
    }
    statement {
      rate_based_statement {
        limit              = 2000
        aggregate_key_type = "IP"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "per-address"
      sampled_requests_enabled   = true
    }
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "rate"
    sampled_requests_enabled   = true
  }
}

resource "aws_networkfirewall_rule_group" "domains" {
  name     = "domains"
  type     = "STATEFUL"
  capacity = 100
  rule_group {
    rules_source {
      rules_source_list {
        generated_rules_type = "ALLOWLIST"
        target_types         = ["TLS_SNI", "HTTP_HOST"]
        targets              = [".example.com"]
      }
    }
  }
}

resource "aws_networkfirewall_firewall_policy" "egress" {
  name = "egress"
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:drop"]
    stateful_rule_group_reference {
      resource_arn = aws_networkfirewall_rule_group.domains.arn
    }
  }
}

resource "aws_route53_resolver_firewall_rule_group" "names" {
  name = "names"
}

resource "aws_route53_resolver_firewall_rule" "names" {
  name                    = "block-listed"
  action                  = "BLOCK"
  block_response          = "NODATA"
  firewall_domain_list_id = "rslvr-fdl-0a1b2c3d4e5f6071"
  firewall_rule_group_id  = aws_route53_resolver_firewall_rule_group.names.id
  priority                = 10
}
