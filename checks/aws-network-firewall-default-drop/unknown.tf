variable "actions" {
  type = list(string)
}

resource "aws_networkfirewall_firewall_policy" "given" {
  name = "given"
  firewall_policy {
    stateless_default_actions          = var.actions
    stateless_fragment_default_actions = ["aws:drop"]
  }
}
