resource "aws_networkfirewall_firewall_policy" "open" {
  name = "open"
  firewall_policy {
    stateless_default_actions          = ["aws:pass"]
    stateless_fragment_default_actions = ["aws:drop"]
  }
}

# The stateful engine passes what no rule speaks of, unless told otherwise.
resource "aws_networkfirewall_firewall_policy" "half" {
  name = "half"
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
  }
}
