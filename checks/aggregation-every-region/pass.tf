resource "aws_securityhub_finding_aggregator" "all" {
  linking_mode = "ALL_REGIONS"
}

resource "aws_config_configuration_aggregator" "organisation" {
  name = "organisation"
  organization_aggregation_source {
    all_regions = true
    role_arn    = "arn:aws:iam::123456789012:role/config-aggregator"
  }
}
