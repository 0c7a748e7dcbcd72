variable "groups" {
  type = list(string)
}

resource "aws_networkfirewall_firewall_policy" "egress" {
  name = "egress"
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:drop"]
    dynamic "stateful_rule_group_reference" {
      for_each = var.groups
      content {
        resource_arn = stateful_rule_group_reference.value
      }
    }
  }
}
