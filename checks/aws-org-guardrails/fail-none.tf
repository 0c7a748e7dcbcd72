resource "aws_organizations_organization" "acme" {
  feature_set = "CONSOLIDATED_BILLING"
}
