resource "aws_organizations_organization" "this" {
  feature_set          = "ALL"
  enabled_policy_types = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
}

resource "aws_organizations_organizational_unit" "prod" {
  name      = "prod"
  parent_id = aws_organizations_organization.this.roots[0].id
}

resource "aws_organizations_account" "shop" {
  name      = "shop"
  email     = "shop@example.com"
  parent_id = aws_organizations_organizational_unit.prod.id
}

resource "aws_organizations_policy" "regions" {
  name    = "regions"
  content = "{\"Statement\":[],\"Version\":\"2012-10-17\"}"
}

resource "aws_organizations_policy_attachment" "regions" {
  policy_id = aws_organizations_policy.regions.id
  target_id = aws_organizations_organizational_unit.prod.id
}

resource "aws_organizations_policy" "loose" {
  name    = "loose"
  type    = "TAG_POLICY"
  content = "{}"
}

resource "aws_organizations_resource_policy" "delegation" {
  content = "{\"Statement\":[],\"Version\":\"2012-10-17\"}"
}

resource "aws_organizations_delegated_administrator" "security" {
  account_id        = "444455556666"
  service_principal = "config.amazonaws.com"
}
