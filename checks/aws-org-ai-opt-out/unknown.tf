variable "policy_types" {
  type = list(string)
}

resource "aws_organizations_organization" "acme" {
  enabled_policy_types = var.policy_types
}
